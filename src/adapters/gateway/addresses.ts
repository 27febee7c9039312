/** Which addresses of the network are the public ones: everything else is ours, the machine's or the cloud's. */
import { BlockList, isIP } from "node:net";

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and addresses of many receivers. */
const specialV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Global unicast; whatever holds an IPv4 address in some form lies outside of it or is named below. */
const globalV6 = new BlockList();
globalV6.addSubnet("2000::", 3, "ipv6");

/** https://www.iana.org/assignments/iana-ipv6-special-registry, the part within global unicast. */
const specialV6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const special = new BlockList();
for (const [net, prefix] of specialV4) special.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of specialV6) special.addSubnet(net, prefix, "ipv6");

/** Whether an address is one that anybody may reach; what is no address is not. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4");
    case 6:
      return globalV6.check(address, "ipv6") && !special.check(address, "ipv6");
    default:
      return false;
  }
}
