package personweb_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// A phone keeps one passkey, as a person's own phone would, and answers what a
// page of ours asks of it.
type phone struct {
	t      *testing.T
	origin string // which the browser puts in: the phone’s owner cannot choose it
	rp     string
	id     []byte
	key    *ecdsa.PrivateKey
	handle []byte
	count  uint32
	// unverified: it was touched, and nobody's finger or face was looked at
	unverified bool
}

func newPhone(t *testing.T) *phone {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &phone{t: t, origin: "https://table.example.org", rp: "table.example.org", id: make([]byte, 16), key: key}
	if _, err := rand.Read(p.id); err != nil {
		t.Fatal(err)
	}
	return p
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// question is what a page of ours asks: as much of it as a phone needs.
type question struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
		AllowCredentials []struct {
			ID string `json:"id"`
		} `json:"allowCredentials"`
		UserVerification       string `json:"userVerification"`
		AuthenticatorSelection struct {
			ResidentKey      string `json:"residentKey"`
			UserVerification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
	} `json:"publicKey"`
}

func (p *phone) read(asked string) (q question) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(asked), &q); err != nil {
		p.t.Fatalf("%v: %s", err, asked)
	}
	return q
}

func (p *phone) client(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": p.origin, "crossOrigin": false})
	if err != nil {
		p.t.Fatal(err)
	}
	return text
}

func (p *phone) data(more []byte, flags byte) []byte {
	const present, verified = 1, 4
	flags |= present
	if !p.unverified {
		flags |= verified
	}
	rp := sha256.Sum256([]byte(p.rp))
	data := append(rp[:], flags)
	p.count++
	return append(binary.BigEndian.AppendUint32(data, p.count), more...)
}

// makes answers the question for a new passkey.
func (p *phone) makes(asked string) string {
	p.t.Helper()
	q := p.read(asked)
	var err error
	if p.handle, err = base64.RawURLEncoding.DecodeString(q.PublicKey.User.ID); err != nil {
		p.t.Fatal(err)
	}
	public, err := p.key.PublicKey.Bytes() // 4, X, Y
	if err != nil {
		p.t.Fatal(err)
	}
	cose := p.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]})
	attested := append(make([]byte, 16), byte(0), byte(len(p.id)))
	attested = append(append(attested, p.id...), cose...)
	const hasKey = 64
	object := p.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": p.data(attested, hasKey)})
	return p.answer(map[string]any{"clientDataJSON": b64(p.client("webauthn.create", q.PublicKey.Challenge)), "attestationObject": b64(object), "transports": []string{"internal"}})
}

// uses answers the question for a passkey there is.
func (p *phone) uses(asked string) string {
	p.t.Helper()
	q := p.read(asked)
	client, data := p.client("webauthn.get", q.PublicKey.Challenge), p.data(nil, 0)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte(nil), data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, signed[:])
	if err != nil {
		p.t.Fatal(err)
	}
	return p.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(p.handle)})
}

func (p *phone) cbor(v any) []byte {
	p.t.Helper()
	b, err := cbor.Marshal(v)
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

func (p *phone) answer(response map[string]any) string {
	p.t.Helper()
	text, err := json.Marshal(map[string]any{
		"id": b64(p.id), "rawId": b64(p.id), "type": "public-key", "authenticatorAttachment": "platform", "response": response, "clientExtensionResults": map[string]any{},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}
