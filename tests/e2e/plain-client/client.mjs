// Another service, as anyone would write it: no Leaftill code, only the `nats` package. It reads the
// plain product.sold events that central publishes and prints each as one line of JSON.
//   NATS_URL=… NATS_USER=… NATS_PASSWORD=… node client.mjs COUNT
import { AckPolicy, connect, DeliverPolicy } from "nats";

const connection = await connect({
  servers: process.env.NATS_URL,
  user: process.env.NATS_USER,
  pass: process.env.NATS_PASSWORD,
});
const jetstream = connection.jetstream();
const manager = await jetstream.jetstreamManager();
await manager.consumers.add("EVENTS", {
  durable_name: "plain",
  ack_policy: AckPolicy.Explicit,
  filter_subject: "product.sold",
  deliver_policy: DeliverPolicy.All,
});
const consumer = await jetstream.consumers.get("EVENTS", "plain");
const batch = await consumer.fetch({ max_messages: Number(process.argv[2]), expires: 15_000 });
for await (const message of batch) {
  console.log(JSON.stringify(message.json()));
  message.ack();
}
await connection.close();
