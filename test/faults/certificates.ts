import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a TLS server shows, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Certificates {
  /** Of the authority that made them: a client has to trust it. */
  readonly authorityFile: string;
  readonly valid: Certificate;
  readonly expired: Certificate;
}

// Times far enough from now that a client's clock may be hours wrong.
const longAgo = "20200101000000Z";
const lastYear = "20210101000000Z";
const farAhead = "20991231000000Z";

const config = `
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[server]
subjectAltName = IP:127.0.0.1
`;

/** Makes an authority and two certificates for 127.0.0.1, with openssl, in an empty folder. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const openssl = (...args: string[]) => {
    const { success, stderr } = Bun.spawnSync(["openssl", ...args], { cwd: folder });
    if (!success) throw new Error(`openssl ${args.join(" ")}: ${stderr.toString()}`);
  };
  const request = (name: string) =>
    openssl(
      ...["req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`],
    );
  const sign = (name: string, out: string, from: string, to: string, ...how: string[]) =>
    openssl(
      ...["ca", "-batch", "-notext", "-config", "openssl.cnf", "-startdate", from, "-enddate", to],
      ...["-in", `${name}.csr`, "-out", `${out}.pem`, ...how],
    );
  writeFileSync(join(folder, "openssl.cnf"), config);
  writeFileSync(join(folder, "index.txt"), "");
  request("root");
  sign("root", "root", longAgo, farAhead, "-selfsign", "-keyfile", "root.key", "-extensions", "root");
  request("upstream");
  const byRoot = ["-cert", "root.pem", "-keyfile", "root.key", "-extensions", "server"];
  sign("upstream", "valid", longAgo, farAhead, ...byRoot);
  sign("upstream", "expired", longAgo, lastYear, ...byRoot);
  const read = (file: string) => Bun.file(join(folder, file)).text();
  const key = await read("upstream.key");
  return {
    authorityFile: join(folder, "root.pem"),
    valid: { key, cert: await read("valid.pem") },
    expired: { key, cert: await read("expired.pem") },
  };
}
