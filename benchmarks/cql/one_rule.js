// The rule of one_rule.cql over a folder of NDJSON, with cql-execution.
// cql-execution runs ELM, not CQL; the ELM below was written by hand after the CQL, with the
// properties of FHIR's own types, so that no helper library is needed.
const fs = require('fs');
const readline = require('readline');
const cql = require('cql-execution');
const cqlfhir = require('cql-exec-fhir');

const AT_ONCE = 200;
const property = path => ({ type: 'Property', path, scope: 'O' });
const literal = (type, value) => ({
  type: 'Literal', valueType: `{urn:hl7-org:elm-types:r1}${type}`, value
});
const retrieve = {
  type: 'Retrieve',
  dataType: '{http://hl7.org/fhir}Observation',
  codeProperty: 'code',
  codeComparator: '~',
  codes: { type: 'ToList', operand: { type: 'CodeRef', name: 'B12 code' } }
};
const where = [
  {
    type: 'In',
    operand: [
      property('status.value'),
      { type: 'List', element: ['final', 'amended', 'corrected'].map(s => literal('String', s)) }
    ]
  },
  { type: 'Equal', operand: [property('value.unit.value'), literal('String', 'pg/mL')] },
  {
    type: 'Greater',
    operand: [
      property('value.value.value'), { type: 'ToDecimal', operand: literal('Integer', '900') }
    ]
  }
].reduce((one, other) => ({ type: 'And', operand: [one, other] }));
const elm = {
  library: {
    identifier: { id: 'OneRule', version: '1' },
    schemaIdentifier: { id: 'urn:hl7-org:elm', version: 'r1' },
    usings: {
      def: [
        { localIdentifier: 'System', uri: 'urn:hl7-org:elm-types:r1' },
        { localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' }
      ]
    },
    codeSystems: { def: [{ name: 'LOINC', id: 'http://loinc.org', accessLevel: 'Public' }] },
    codes: {
      def: [
        { name: 'B12 code', id: '2132-9', accessLevel: 'Public', codeSystem: { name: 'LOINC' } }
      ]
    },
    statements: {
      def: [
        {
          name: 'Patient',
          context: 'Patient',
          expression: {
            type: 'SingletonFrom',
            operand: { type: 'Retrieve', dataType: '{http://hl7.org/fhir}Patient' }
          }
        },
        {
          name: 'High',
          context: 'Patient',
          accessLevel: 'Public',
          expression: {
            type: 'Exists',
            operand: {
              type: 'Query',
              source: [{ alias: 'O', expression: retrieve }],
              relationship: [],
              where
            }
          }
        }
      ]
    }
  }
};

async function lines(path, take) {
  const input = fs.createReadStream(path);
  for await (const line of readline.createInterface({ input })) {
    if (line) take(JSON.parse(line));
  }
}

async function main(folder) {
  const begun = process.hrtime.bigint();
  const entries = new Map();
  await lines(`${folder}/Patient.ndjson`, one => entries.set(one.id, [{ resource: one }]));
  await lines(`${folder}/Observation.ndjson`, one => {
    entries.get(one.subject.reference.slice('Patient/'.length)).push({ resource: one });
  });
  const read = process.hrtime.bigint();
  const library = new cql.Library(elm, new cql.Repository({}));
  const executor = new cql.Executor(library, new cql.CodeService({}));
  const source = cqlfhir.PatientSource.FHIRv401();
  const all = [...entries.values()];
  let people = 0;
  let high = 0;
  for (let from = 0; from < all.length; from += AT_ONCE) {
    source.reset();
    source.loadBundles(
      all.slice(from, from + AT_ONCE).map(entry => ({ resourceType: 'Bundle', entry }))
    );
    const results = (await executor.exec(source)).patientResults;
    for (const id of Object.keys(results)) {
      people += 1;
      high += results[id].High ? 1 : 0;
    }
  }
  const done = process.hrtime.bigint();
  const used = process.cpuUsage();
  console.log(JSON.stringify({
    people,
    high,
    read_seconds: Number(read - begun) / 1e9,
    rule_seconds: Number(done - read) / 1e9,
    cpu_seconds: (used.user + used.system) / 1e6
  }));
}

main(process.argv[2]);
