// Asks a server by the vendor's own client, one question after the other: each is a path, or the
// words that its query builder is given. Writes what came of each, as JSON.
import { createRequire } from "node:module";

const home = createRequire(`${process.env.CLIENT_HOME}/package.json`);
const { ApiClient, fromCatalog, field, dateTime, string } = home("@opendatasoft/api-client");

const [domain, dataset, apiKey] = process.argv.slice(2);
const client = new ApiClient({ domain, apiKey: apiKey || undefined });
const from = (name) => fromCatalog().dataset(name);
const first = dateTime(new Date("2024-01-02T00:00:00Z"));
const end = dateTime(new Date("2024-01-04T00:00:00Z"));

const questions = {
  card: from(dataset).itself(),
  window: from(dataset).records().where(`${field("jour")} >= ${first} AND ${field("jour")} < ${end}`)
    .orderBy("jour, commune").limit(100),
  page: from(dataset).records().orderBy("-jour, commune").limit(3).offset(2),
  groups: from(dataset).records().select("sum(valeur) as total").groupBy("commune")
    .orderBy("commune").limit(20000),
  export: from(dataset).export("json").where(`commune = ${string("A")}`).select("jour, valeur"),
  unknownField: from(dataset).records().where("nulle_part = 1"),
  textDate: from(dataset).records().where("jour >= '2024-01-02'"),
  longPage: from(dataset).records().limit(101),
  farPage: from(dataset).records().limit(100).offset(9901),
  unknownDataset: from("nulle-part").records(),
};

const told = {};
for (const [name, question] of Object.entries(questions)) {
  try {
    told[name] = { answer: await client.get(question) };
  } catch (error) {
    told[name] = { status: error.response?.status, said: error.details ?? String(error) };
  }
}
process.stdout.write(JSON.stringify(told));
