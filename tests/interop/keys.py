"""Loads PKCS#8 keys with Python's cryptography: keys.py FOLDER [PASSPHRASE].

For every NAME.pem it prints "NAME FINGERPRINT", the hex SHA-256 of the public key's SubjectPublicKeyInfo.
"""

import hashlib
import pathlib
import sys

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

passphrase = sys.argv[2].encode() if len(sys.argv) > 2 else None
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.pem")):
    key = load_pem_private_key(file.read_bytes(), passphrase)
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    print(file.stem, hashlib.sha256(spki).hexdigest())
