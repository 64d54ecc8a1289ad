package audit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"commontable/internal/fault"
)

// Checkpoints are signed notes (c2sp.org/signed-note), the form in which
// transparency logs publish theirs: a text, an empty line, and a line for each
// signature with Ed25519.

// A PublicKey is what a checkpoint is checked with.
type PublicKey struct {
	Name string // the origin whose checkpoints it signs
	Key  ed25519.PublicKey
}

const ed25519Note = 1 // the algorithm's number in signed notes

// String is the key as it is handed out: name+hash+key.
func (k PublicKey) String() string {
	return fmt.Sprintf("%s+%08x+%s", k.Name, k.hash(), base64.StdEncoding.EncodeToString(append([]byte{ed25519Note}, k.Key...)))
}

func (k PublicKey) hash() uint32 {
	sum := sha256.Sum256(append([]byte(k.Name+"\n"), append([]byte{ed25519Note}, k.Key...)...))
	return binary.BigEndian.Uint32(sum[:])
}

// ParsePublicKey reads a key as String writes it.
func ParsePublicKey(text string) (PublicKey, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), "+")
	hash, key, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || name == "" || len(raw) != 1+ed25519.PublicKeySize || raw[0] != ed25519Note {
		return PublicKey{}, fault.Invalid{{Field: "public key", Words: "A public key is one line: NAME+HASH+KEY, as commontable checkpoint-key prints it."}}
	}
	k := PublicKey{Name: name, Key: raw[1:]}
	if sum, err := hex.DecodeString(hash); err != nil || len(sum) != 4 || binary.BigEndian.Uint32(sum) != k.hash() {
		return PublicKey{}, fault.Invalid{{Field: "public key", Words: "This public key was mistyped: its hash does not fit it."}}
	}
	return k, nil
}

func publicOf(name string, key ed25519.PrivateKey) PublicKey {
	return PublicKey{name, ed25519.PublicKey(key[ed25519.SeedSize:])}
}

const signatureMark = "— "

// sign makes a note of a text, which ends with a newline.
func sign(text, name string, keys ...ed25519.PrivateKey) string {
	b := strings.Builder{}
	b.WriteString(text + "\n")
	for _, key := range keys {
		public := publicOf(name, key)
		signature := binary.BigEndian.AppendUint32(nil, public.hash())
		signature = append(signature, ed25519.Sign(key, []byte(text))...)
		b.WriteString(signatureMark + name + " " + base64.StdEncoding.EncodeToString(signature) + "\n")
	}
	return b.String()
}

var (
	errNoNote      = errors.New("is not a signed checkpoint")
	errUnknownKey  = errors.New("is signed with none of the keys that it was held against")
	errNotAsSigned = errors.New("was changed since it was signed")
)

// opened gives the text of a note that one of the keys has signed.
func opened(note string, keys []PublicKey) (string, error) {
	text, signatures, found := strings.Cut(note, "\n\n")
	if text += "\n"; !found {
		return "", errNoNote
	}
	if signatures == "" {
		return "", errNoNote
	}
	err := errUnknownKey
	for line := range strings.Lines(signatures) {
		name, encoded, ok := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), signatureMark), " ")
		signature, bad := base64.StdEncoding.DecodeString(encoded)
		if !ok || bad != nil || len(signature) != 4+ed25519.SignatureSize {
			return "", errNoNote
		}
		for _, k := range keys {
			switch {
			case k.Name != name || !bytes.Equal(binary.BigEndian.AppendUint32(nil, k.hash()), signature[:4]):
			case !ed25519.Verify(k.Key, []byte(text), signature[4:]):
				return "", errNotAsSigned
			default:
				err = nil
			}
		}
	}
	return text, err
}
