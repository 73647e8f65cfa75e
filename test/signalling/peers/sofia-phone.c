/*
 * A telephone over sofia-sip: sofia-phone PORT REGISTRAR-PORT USER PASSWORD REALM NUMBER
 * Registers, calls the number, holds, resumes, asks to be transferred, hangs up and takes its registration back; prints each
 * answer as "event status". Ends with 0 when all of it came to an end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct phone phone;
#define NUA_MAGIC_T phone
#define SU_ROOT_MAGIC_T phone
#define NUA_HMAGIC_T phone
#include <sofia-sip/nua.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_tag_io.h>

struct phone {
  su_root_t *root;
  nua_t *nua;
  nua_handle_t *registration, *call;
  char own[128], registrar[128], callee[128], credentials[256];
  int changes;
};

static void answer_challenge(phone *p, nua_handle_t *nh)
{
  nua_authenticate(nh, NUTAG_AUTH(p->credentials), TAG_END());
}

/* The session is up, for the first time or as it was changed. */
static void next_change(phone *p)
{
  switch (p->changes++) {
  case 0: nua_invite(p->call, SOATAG_HOLD("*"), TAG_END()); break;
  case 1: nua_invite(p->call, SOATAG_HOLD(""), TAG_END()); break;
  case 2: nua_refer(p->call, SIPTAG_REFER_TO_STR("<sip:transferred@127.0.0.1>"), TAG_END()); break;
  }
}

static void happens(nua_event_t event, int status, char const *phrase, nua_t *nua, phone *p, nua_handle_t *nh,
                    phone *unused, sip_t const *sip, tagi_t tags[])
{
  int state = 0;
  if (event >= nua_r_set_params && event != nua_r_get_params) {
    printf("%s %d\n", nua_event_name(event), status);
    fflush(stdout);
  }
  switch (event) {
  case nua_r_register:
    if (status == 401) answer_challenge(p, nh);
    else if (status == 200) {
      p->call = nua_handle(nua, p, SIPTAG_FROM_STR(p->own), SIPTAG_TO_STR(p->callee), TAG_END());
      nua_invite(p->call, SOATAG_USER_SDP_STR("v=0\r\nm=audio 5004 RTP/AVP 0\r\n"), TAG_END());
    }
    else if (status > 200) su_root_break(p->root);
    break;
  case nua_r_invite:
    if (status == 401) answer_challenge(p, nh);
    else if (status >= 300) su_root_break(p->root);
    break;
  case nua_i_state:
    tl_gets(tags, NUTAG_CALLSTATE_REF(state), TAG_END());
    if (state == nua_callstate_ready) next_change(p);
    else if (state == nua_callstate_terminated) nua_unregister(p->registration, TAG_END());
    break;
  case nua_r_refer:
    if (status >= 300) nua_bye(p->call, TAG_END());
    break;
  case nua_r_unregister:
    if (status == 401) answer_challenge(p, nh);
    else if (status >= 200) nua_shutdown(nua);
    break;
  case nua_r_shutdown:
    if (status >= 200) {
      printf("done\n");
      su_root_break(p->root);
    }
    break;
  default:
    break;
  }
}

int main(int argc, char *argv[])
{
  phone p[1] = {{ 0 }};
  char own_url[64];
  if (argc != 7) return 2;
  snprintf(own_url, sizeof own_url, "sip:127.0.0.1:%s;transport=udp", argv[1]);
  snprintf(p->own, sizeof p->own, "<sip:%s@127.0.0.1:%s>", argv[3], argv[2]);
  snprintf(p->registrar, sizeof p->registrar, "sip:127.0.0.1:%s", argv[2]);
  snprintf(p->callee, sizeof p->callee, "<sip:%s@127.0.0.1:%s>", argv[6], argv[2]);
  snprintf(p->credentials, sizeof p->credentials, "Digest:\"%s\":%s:%s", argv[5], argv[3], argv[4]);
  su_init();
  p->root = su_root_create(p);
  p->nua = nua_create(p->root, happens, p, NUTAG_URL(own_url), TAG_END());
  if (p->nua == NULL) return 1;
  p->registration = nua_handle(p->nua, p, SIPTAG_FROM_STR(p->own), SIPTAG_TO_STR(p->own), TAG_END());
  nua_register(p->registration, NUTAG_REGISTRAR(p->registrar), TAG_END());
  su_root_run(p->root);
  return 0;
}
