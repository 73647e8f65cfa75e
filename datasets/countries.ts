/** A country code of ITU-T E.164, the name destinations get, and its weight among prefixes of an A–Z deck. */
export interface Country {
  readonly code: string;
  readonly name: string;
  readonly weight: number;
  /** Level of its prices against the world's median: 0 is usual, 2 is dear. */
  readonly price: number;
}

/** `code name [weight [price]]`; the usual weight is 2, the usual price 0. Satellite networks and islands are dear. */
const LIST = `
1 USA|60 -2; 1204 Canada|8 -2; 1416 Canada|8 -2; 1514 Canada|8 -2; 1604 Canada|8 -2; 1242 Bahamas|1 1; 1246 Barbados|1 1;
1264 Anguilla|1 1; 1268 Antigua and Barbuda|1 1; 1284 British Virgin Islands|1 1; 1345 Cayman Islands|1 1;
1441 Bermuda|1 0.5; 1473 Grenada|1 1; 1649 Turks and Caicos Islands|1 1; 1664 Montserrat|1 1.5; 1758 Saint Lucia|1 1;
1767 Dominica|1 1; 1784 Saint Vincent|1 1; 1787 Puerto Rico|2 -1; 1809 Dominican Republic|2 0; 1868 Trinidad and Tobago|1 1;
1869 Saint Kitts and Nevis|1 1; 1876 Jamaica|2 1; 7 Russia|40 0.5; 76 Kazakhstan|4 0.5; 77 Kazakhstan|6 0.5;
20 Egypt|8 0.7; 27 South Africa|12 0.3; 211 South Sudan|1 1.5; 212 Morocco|6 1.2; 213 Algeria|5 1; 216 Tunisia|4 1.7;
218 Libya|3 1; 220 Gambia|2 1.8; 221 Senegal|3 1.2; 222 Mauritania|2 1.6; 223 Mali|3 1.2; 224 Guinea|3 1.6;
225 Ivory Coast|3 1.2; 226 Burkina Faso|2 1.3; 227 Niger|2 1.2; 228 Togo|2 1.4; 229 Benin|2 1.4; 230 Mauritius|2 0.7;
231 Liberia|2 1.3; 232 Sierra Leone|2 1.6; 233 Ghana|4 1; 234 Nigeria|8 0.6; 235 Chad|2 1.6;
236 Central African Republic|1 1.6; 237 Cameroon|3 1.2; 238 Cape Verde|1 1.1; 239 Sao Tome and Principe|1 2.2;
240 Equatorial Guinea|1 1.3; 241 Gabon|2 1.5; 242 Congo|2 1.4; 243 DR Congo|3 1.4; 244 Angola|2 0.8; 245 Guinea-Bissau|1 1.6;
246 Diego Garcia|1 3; 247 Ascension|1 3; 248 Seychelles|1 1.6; 249 Sudan|3 1; 250 Rwanda|2 1.2; 251 Ethiopia|3 1.1;
252 Somalia|3 1.9; 253 Djibouti|1 1.3; 254 Kenya|4 0.8; 255 Tanzania|4 1.1; 256 Uganda|3 1.2; 257 Burundi|1 1.5;
258 Mozambique|2 1.1; 260 Zambia|3 1.2; 261 Madagascar|2 1.8; 262 Reunion|2 0; 263 Zimbabwe|3 1.3; 264 Namibia|2 0.6;
265 Malawi|2 1.3; 266 Lesotho|1 1.2; 267 Botswana|2 1; 268 Eswatini|1 1; 269 Comoros|1 1.9; 290 Saint Helena|1 3;
291 Eritrea|1 1.1; 297 Aruba|1 0.6; 298 Faroe Islands|1 0.3; 299 Greenland|1 1.4; 30 Greece|10 -0.7; 31 Netherlands|16 -0.4;
32 Belgium|12 -0.3; 33 France|22 -0.8; 34 Spain|20 -0.8; 350 Gibraltar|1 0.2; 351 Portugal|8 -0.7; 352 Luxembourg|5 -0.3;
353 Ireland|8 -0.8; 354 Iceland|4 -0.5; 355 Albania|6 0.8; 356 Malta|2 0.2; 357 Cyprus|3 -0.8; 358 Finland|10 -0.2;
359 Bulgaria|8 0.5; 36 Hungary|8 -0.7; 370 Lithuania|6 0.3; 371 Latvia|6 0.6; 372 Estonia|6 0.6; 373 Moldova|5 0.7;
374 Armenia|4 0.6; 375 Belarus|4 1.2; 376 Andorra|1 0.4; 377 Monaco|2 0.7; 378 San Marino|1 0.8; 380 Ukraine|8 0.6;
381 Serbia|6 0.8; 382 Montenegro|4 0.8; 383 Kosovo|3 1; 385 Croatia|6 -0.2; 386 Slovenia|6 0.4; 387 Bosnia and Herzegovina|5 0.8;
389 North Macedonia|5 0.9; 39 Italy|22 -0.6; 40 Romania|8 -0.8; 41 Switzerland|10 0; 420 Czechia|8 -0.6; 421 Slovakia|6 -0.4;
423 Liechtenstein|3 0.5; 43 Austria|24 -0.3; 44 United Kingdom|48 -0.6; 45 Denmark|14 -0.9; 46 Sweden|16 -0.9;
47 Norway|10 -0.8; 48 Poland|16 -0.8; 49 Germany|34 -0.8; 500 Falkland Islands|1 3; 501 Belize|2 1.3; 502 Guatemala|4 0.9;
503 El Salvador|4 1.1; 504 Honduras|3 1.1; 505 Nicaragua|3 1.1; 506 Costa Rica|3 0.2; 507 Panama|4 0.5;
508 Saint Pierre and Miquelon|1 1.2; 509 Haiti|2 1.4; 51 Peru|8 -0.6; 52 Mexico|34 -1; 53 Cuba|3 2.6; 54 Argentina|18 -0.3;
55 Brazil|34 -0.7; 56 Chile|8 -0.4; 57 Colombia|10 -0.8; 58 Venezuela|8 -0.4; 590 Guadeloupe|2 0; 591 Bolivia|4 0.9;
592 Guyana|2 1.2; 593 Ecuador|6 0.7; 594 French Guiana|1 0; 595 Paraguay|4 0.3; 596 Martinique|1 0; 597 Suriname|2 1;
598 Uruguay|4 0.5; 599 Curacao|2 0.6; 60 Malaysia|12 -0.8; 61 Australia|16 -0.8; 62 Indonesia|14 0.1; 63 Philippines|12 0.8;
64 New Zealand|8 -0.6; 65 Singapore|5 -1.2; 66 Thailand|8 -0.8; 670 Timor-Leste|1 2.4; 672 Norfolk Island|1 3; 673 Brunei|2 0.2;
674 Nauru|1 3; 675 Papua New Guinea|2 2.6; 676 Tonga|1 2; 677 Solomon Islands|1 3; 678 Vanuatu|1 2.6; 679 Fiji|2 1.5;
680 Palau|1 1.7; 681 Wallis and Futuna|1 2.9; 682 Cook Islands|1 2.9; 683 Niue|1 3; 685 Samoa|1 2.2; 686 Kiribati|1 3;
687 New Caledonia|1 1.4; 688 Tuvalu|1 3; 689 French Polynesia|1 1.5; 690 Tokelau|1 3; 691 Micronesia|1 1.8;
692 Marshall Islands|1 1.7; 81 Japan|18 0.3; 82 South Korea|10 -0.5; 84 Vietnam|10 0.4; 850 North Korea|1 2.5;
852 Hong Kong|5 -0.6; 853 Macao|2 0.2; 855 Cambodia|3 0.5; 856 Laos|2 0.6; 86 China|34 -1; 870 Inmarsat|3 5;
880 Bangladesh|8 0; 8810 Global Mobile Satellite|1 5; 8816 Iridium|2 5; 8818 Globalstar|1 5; 8821 Global Networks|1 4;
8831 Global Networks|1 4; 886 Taiwan|6 -0.2; 90 Turkey|14 0.4; 91 India|24 -0.5; 92 Pakistan|10 0.2; 93 Afghanistan|4 1.5;
94 Sri Lanka|6 1; 95 Myanmar|3 1.6; 960 Maldives|1 2.2; 961 Lebanon|4 0.9; 962 Jordan|5 1; 963 Syria|4 1.2; 964 Iraq|5 1.1;
965 Kuwait|4 0.5; 966 Saudi Arabia|8 0.7; 967 Yemen|4 1; 968 Oman|3 1.2; 970 Palestine|4 1; 971 United Arab Emirates|6 1;
972 Israel|8 -0.6; 973 Bahrain|3 0.7; 974 Qatar|3 1; 975 Bhutan|1 0.5; 976 Mongolia|2 0; 977 Nepal|4 0.8; 98 Iran|8 0.6;
992 Tajikistan|3 0.9; 993 Turkmenistan|3 0.9; 994 Azerbaijan|4 1.1; 995 Georgia|5 0.9; 996 Kyrgyzstan|4 0.9; 998 Uzbekistan|4 0.7
`;

export const countries: readonly Country[] = LIST.split(';').map((entry) => {
  const [, code, name, weight, price] = /^\s*(\d+) ([^|]+)\|(\d+) (-?[\d.]+)\s*$/.exec(entry)!;
  return { code, name, weight: Number(weight), price: Number(price) };
});
