import { column, type RunSection, type SectionColumn, summed } from './section.ts';
import { firstRows } from './section-charts.ts';

const columns: readonly SectionColumn[] = [
  column('gateway', 'text'),
  summed('calls', 'integer'),
  summed('answered', 'integer'),
  column('asr_percent', 'percent', 'ASR'),
  column('ner_percent', 'percent', 'NER'),
  summed('hold_seconds', 'duration', 'minutes'),
  column('acd_seconds', 'decimal', 'ACD (s)'),
  summed('ringing', 'integer'),
  column('pdd_seconds', 'decimal', 'PDD (s)'),
  summed('fee', 'money'),
];

/** Quality of the gateways calls came from. */
export const mappingGateways: RunSection = {
  name: 'mapping_gateways',
  title: 'Mapping gateways',
  note: 'Gateways calls came from. ASR = answered / calls. NER (ITU-T E.425) = (answered + ended with 480, 486, 487, 600 or 603) / calls. ACD = hold time / answered. PDD = mean time from INVITE to ringing, over ringing. Calls are those recorded, illegal ones left out.',
  empty: 'No call has a mapping gateway.',
  sql: new URL('./mapping-gateways.sql', import.meta.url),
  columns,
  charts: (rows) => firstRows('ASR and NER by mapping gateway', columns, rows, ['asr_percent', 'ner_percent']),
};
