#!/usr/bin/env python3
"""Proves an area's signed history without Common Table: python3 verify-history.py HISTORY.json [PUBLIC-KEY-FILE]

It shares no code with the program that made the file. It needs Python 3.8 or later and nothing else. What it checks:

1. Each event is hashed (RFC 6962), and all of them together make the head that the file states.
2. The head that the area had at the last checkpoint leads, by the path in the file, to the checkpoint's root.
3. The checkpoint is signed (Ed25519, RFC 8032) with a key that you trust.

Give the public key as you kept it. Without it the keys inside the file are believed, and it says so.
"""
import base64
import hashlib
import json
import sys

# Ed25519, as in RFC 8032 §6, to check signatures only: slow and plain.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    x, y, z, t = f - e, d - c, d + c, f + e
    return x * y % P, z * t % P, y * z % P, x * t % P


def times(n, point):
    total = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            total = add(total, point)
        point, n = add(point, point), n >> 1
    return total


def point_of(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, text, signature):
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % Q
    left, right = times(s, BASE), add(r, times(h, a))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# The trees of RFC 6962.
def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes):
    while len(hashes) > 1:
        above = [node(*pair) for pair in zip(hashes[::2], hashes[1::2])]
        hashes = above + hashes[len(above) * 2:]
    return hashes[0] if hashes else hashlib.sha256(b"").digest()


def climb(sum_, index, size, path):
    """RFC 9162 §2.1.3.2; nothing where the path is not one of such a tree."""
    last = size - 1
    for beside in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            sum_ = node(beside, sum_)
            while not index % 2 and index:
                index, last = index >> 1, last >> 1
        else:
            sum_ = node(sum_, beside)
        index, last = index >> 1, last >> 1
    return sum_ if last == 0 else None


class Bad(Exception):
    pass


def leaves_of(history):
    for number, one in enumerate(history["events"], 1):
        if "event" not in one:
            yield bytes.fromhex(one["leaf"])  # what the file's reader may not see
            continue
        event = json.loads(one["event"])
        if event["number"] != number or event["stream"] != history["stream"]:
            raise Bad(f"event {number} stands in another's place")
        if "private" in one:
            said = hashlib.sha256(bytes.fromhex(one["salt"]) + one["private"].encode()).hexdigest()
            if said != event.get("commitment"):
                raise Bad(f"event {number} has other private words than were committed to")
        yield leaf(one["event"].encode())


def signed_text(note, keys):
    """The lines of a signed note, if one of the keys has signed it."""
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        _, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        for key in keys:
            its_name, _, its_key = key.split("+", 2)
            raw = base64.b64decode(its_key)
            hash_ = hashlib.sha256(f"{its_name}\n".encode() + raw).digest()[:4]
            if its_name == name and hash_ == signature[:4] and raw[0] == 1:
                if is_signed(raw[1:], text.encode(), signature[4:]):
                    return text.splitlines()
                raise Bad("the checkpoint was changed since it was signed")
    raise Bad("the checkpoint is signed with none of the keys that it was held against")


def verify(history, keys):
    if history["format"] != "commontable history 1":
        raise Bad("this is not a history of Common Table, or of a later form")
    hashes = list(leaves_of(history))
    if len(hashes) != history["size"] or root(hashes).hex() != history["root"]:
        raise Bad(f"its {len(hashes)} events are not those of its head, which counts {history['size']}")
    proof = history["checkpoint"]
    if proof is None:
        raise Bad("no checkpoint goes with it, so nothing proves it")
    lines = signed_text(proof["note"], keys)
    if lines[0] != history["origin"]:
        raise Bad("its checkpoint is of another installation")
    if proof["size"] > len(hashes):
        raise Bad(f"event {len(hashes) + 1} is missing: the checkpoint counts {proof['size']}")
    then = root(hashes[:proof["size"]])
    head = leaf(f"{history['stream']} {proof['size']} {then.hex()}".encode())
    path = [bytes.fromhex(step) for step in proof["path"]]
    if climb(head, proof["index"], proof["streams"], path) != base64.b64decode(lines[2]):
        raise Bad(f"one of its first {proof['size']} events is not what it was when the checkpoint was signed")
    return lines


def main(file, key_file=None):
    with open(file, encoding="utf-8") as f:
        history = json.load(f)
    keys = history["keys"]
    if key_file:
        with open(key_file, encoding="utf-8") as f:
            keys = f.read().split()
    try:
        lines = verify(history, keys)
    except (Bad, KeyError, ValueError, TypeError, IndexError) as wrong:
        print(f"BAD  {history.get('name', file)}: {wrong}")
        return 1
    size, proved = history["size"], history["checkpoint"]["size"]
    print(f"GOOD  {history['name']}: {size} events, of which the first {proved} are proved by checkpoint {lines[3].split()[1]}.")
    if not key_file:
        print("The checkpoint's signature was checked with the keys in the file itself. To use a key that you kept, name its file.")
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
