// Attacks on the TLS listener and the enrolment: handshakes held open, rubbish, wrong certificates, used tokens.
import { enrol } from "../../broker/authority/enrol.ts";
import { readToken } from "../../broker/authority/token.ts";
import { WireClient } from "../fixtures/wire-client.ts";
import { type Attack, type Attacker, closedWithin, once } from "./hostile.ts";
import type { Identity } from "./target.ts";

/** The first record of a handshake that says that it is a ClientHello of 500 bytes, and no more. */
const halfHello = Uint8Array.of(0x16, 3, 1, 1, 0xf8, 1, 0, 1, 0xf4, 3, 3);

/** Tries to come in under a certificate that is no good. */
const tryCertificate = (attacker: Attacker, identity: Identity, options: object): Promise<void> =>
  attacker.repeat(
    async () => {
      const client = new WireClient(attacker.tls(identity, options, attacker.anyAddress()));
      attacker.act();
      const { code } = await client.connect({ clientId: identity.name });
      if (code !== undefined) attacker.gain(`${identity.name} got an answer`);
      await client.cut();
    },
    { perSecond: 300 },
  );

export const tlsAttacks: readonly Attack[] = [
  {
    name: "handshakes-held",
    does: "begins TLS handshakes from many addresses and holds them, thousands",
    stoppedBy: "256 handshakes at once, of which the oldest gives way; 64 of one address; `connectSeconds`",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const socket = attacker.bareTls(attacker.anyAddress());
          socket.write(halfHello);
          attacker.act();
          await once(socket, "close");
        },
        { atOnce: 3_000, perSecond: 1_000 },
      ),
  },
  {
    name: "tls-rubbish",
    does: "random records instead of a handshake and in the middle of one",
    stoppedBy: "OpenSSL; a failed handshake ends at once",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const socket = attacker.bareTls(attacker.anyAddress());
          if (attacker.random(2) === 0) socket.write(halfHello);
          socket.write(attacker.randomBytes(1 + attacker.random(4_000)));
          attacker.act();
          await closedWithin(socket, 200);
          socket.destroy();
        },
        { perSecond: 800 },
      ),
  },
  {
    name: "renegotiation",
    does: "a stolen desk asks for a new handshake on its connection, again and again",
    stoppedBy: "TLS 1.3 has none; renegotiation in 1.2 is closed",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const socket = attacker.tls(attacker.target.rogueDesk, { maxVersion: "TLSv1.2" });
          await Promise.race([once(socket, "secureConnect"), once(socket, "close")]);
          for (let count = 0; count < 20 && !socket.destroyed; count += 1) {
            attacker.act();
            const wasDone = await Promise.race([
              new Promise<boolean>((resolve) => {
                const isUnderWay = socket.renegotiate({ rejectUnauthorized: false }, (error) =>
                  resolve(error === null),
                );
                if (isUnderWay !== true) resolve(false);
              }),
              closedWithin(socket, 500).then(() => false),
            ]);
            if (count >= 5 && wasDone) attacker.gain("a connection was renegotiated without end");
          }
          socket.destroy();
        },
        { atOnce: 4, perSecond: 100 },
      ),
  },
  {
    name: "foreign-certificate",
    does: "a certificate with a desk's name, signed by another authority",
    stoppedBy: "the authority in `caFile`",
    run: (attacker) => tryCertificate(attacker, attacker.target.foreignDesk, {}),
  },
  {
    name: "revoked-certificate",
    does: "a desk whose certificate was revoked, over TLS 1.2 and 1.3",
    stoppedBy: "the revocation list",
    run: (attacker) =>
      tryCertificate(attacker, attacker.target.revokedDesk, attacker.random(2) === 0 ? { maxVersion: "TLSv1.2" } : {}),
  },
  {
    name: "enrolment-replay",
    does: "shows a used token again, and tokens that it makes up, as fast as it is let",
    stoppedBy: "a token is burnt before its certificate is signed; exchanges at once are bounded",
    run: async (attacker) => {
      const token = readToken(attacker.target.usedToken);
      if (token === undefined) throw new Error("no token");
      await attacker.repeat(
        async () => {
          const isReplay = attacker.random(2) === 0;
          const guess = Buffer.from(attacker.randomBytes(24)).toString("base64url");
          attacker.act();
          const { kind } = await enrol(isReplay ? token : { ...token, secret: guess });
          if (kind === "enrolled") attacker.gain(isReplay ? "a used token enrolled a desk" : "a guessed token did");
        },
        { atOnce: 16, perSecond: 300 },
      );
    },
  },
];
