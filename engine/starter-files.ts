/**
 * The files of a new working folder. The deck is small enough to be read by hand and whole enough to rate simulated
 * traffic: every number it can draw has a rate, of the clients as of the vendors.
 */
export const starterReference: Readonly<
  Record<'rates.csv' | 'accounts.csv' | 'gateways.csv' | 'payments.csv', string>
> = {
  'rates.csv': `rate_group,prefix,destination,rate,first_increment,next_increment,connect_fee,effective_from,effective_until,locked
wholesale,1,USA and Canada,0.005,6,6,0,,,false
wholesale,1242,Bahamas,0.1280,60,60,0,,,true
wholesale,33,France,0.0065,1,1,0,,,false
wholesale,336,France Mobile,0.0310,1,1,0,,,false
wholesale,44,United Kingdom,0.0048,1,1,0,,,false
wholesale,447,United Kingdom Mobile,0.0220,1,1,0,,2026-07-01,false
wholesale,447,United Kingdom Mobile,0.0198,1,1,0,2026-07-01,,false
wholesale,49,Germany,0.0056,1,1,0,,,false
wholesale,4915,Germany Mobile,0.0240,60,1,0,,,false
wholesale,91,India,0.0125,60,60,0,,,false
wholesale,881,Satellite,4.5000,60,60,0.5000,,,false
retail,1,USA and Canada,0.0120,60,60,0,,,false
retail,1242,Bahamas,0.1900,60,60,0,,,false
retail,33,France,0.0150,60,1,0,,,false
retail,44,United Kingdom,0.0130,60,1,0,,,false
retail,447,United Kingdom Mobile,0.0390,60,1,0,,,false
retail,49,Germany,0.0140,60,1,0,,,false
retail,91,India,0.0220,60,60,0,,,false
retail,881,Satellite,6.9000,60,60,0.5000,,,false
carrier,1,USA and Canada,0.0041,6,6,0,,,false
carrier,33,France,0.0210,1,1,0,,,false
carrier,44,United Kingdom,0.0150,1,1,0,,,false
carrier,49,Germany,0.0049,1,1,0,,,false
carrier,91,India,0.0102,60,60,0,,,false
carrier,881,Satellite,3.9500,60,60,0,,,false
`,
  'accounts.csv': `account,name,kind,rate_group,balance,credit_limit,overdraft,timezone
alder,Alder Telecom,client,wholesale,5000.00,5000.00,allow,Europe/Berlin
baltic,Baltic Voice,client,wholesale,1200.00,0.00,prevent,Europe/London
cedar,Cedar Shop,client,retail,150.00,0.00,prevent,America/New_York
carrier-1,Juniper Termination,vendor,carrier,0.00,0.00,allow,UTC
`,
  'gateways.csv': `gateway,direction,account,address
in-alder,mapping,alder,198.51.100.1
in-baltic,mapping,baltic,198.51.100.2
in-cedar,mapping,cedar,198.51.100.3
out-1,routing,carrier-1,203.0.113.1
out-2,routing,carrier-1,203.0.113.2:5080
`,
  'payments.csv': `account,paid_at,amount,reference
baltic,2026-02-27T09:15:00Z,500.00,bank-2026-0227-1
cedar,2026-02-27T16:40:00-05:00,75.00,card-8841
cedar,2026-02-28T10:05:00-05:00,-25.00,card-8841-refund
alder,2026-03-01T08:00:00+01:00,2500.00,bank-2026-0301-1
`,
};

/**
 * The configuration of a new working folder, with the reasons in `notes`: JSON has no comments. The numbers simulated
 * traffic calls begin with a route prefix of two digits; 800 and 5000 are in none of the decks.
 */
export const starterConfiguration = `${JSON.stringify(
  {
    notes: [
      "FEE_PRECISTION and FEE_UNIT: the product's defaults, 2 and 0.01, would spoil a wholesale deck. Rates and fees would be rounded to whole cents: 0.005 a minute becomes 0.01, which doubles the bill. 4 and 0.0001 keep rates of four decimals as they stand.",
      'GATEWAY_ROUTE_PREFIX: called numbers arrive with two digits in front which the gateways route by; they are dropped before a rate is looked up.',
      'FREE_E164S: toll-free numbers, recorded with fee 0. NO_CDR_E164S: numbers whose calls leave no record at all, such as test and service numbers.',
      '"ratemill parameters" lists all parameters with their meaning, range, value and where it comes from.',
    ],
    parameters: {
      SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 2,
      SERVER_BILLING_FREE_E164S: '800*',
      SERVER_BILLING_NO_CDR_E164S: '5000*',
      SERVER_BILLING_FEE_PRECISTION: 4,
      SERVER_BILLING_FEE_UNIT: '0.0001',
    },
    quantiseRates: true,
  },
  null,
  2,
)}\n`;
