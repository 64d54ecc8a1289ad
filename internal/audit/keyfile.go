package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"commontable/internal/fault"
)

// NewKey makes a private key for checkpoints.
func NewKey() (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

// KeyFile reads a private key from its file (PKCS #8 in PEM, as openssl writes
// one). A file that others on the machine may read is refused.
func KeyFile(path string) (ed25519.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("checkpoint key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.Invalid{{Field: "--checkpoint-key", Words: fmt.Sprintf("Others on this machine may read %s. Only the user who runs commontable should: chmod 600 %s", path, path)}}
	}
	text, err := os.ReadFile(path) //nolint:gosec // the file that the operator named
	if err != nil {
		return nil, fmt.Errorf("checkpoint key: %w", err)
	}
	if block, _ := pem.Decode(text); block != nil && block.Type == "PRIVATE KEY" {
		if parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			if key, ok := parsed.(ed25519.PrivateKey); ok {
				return key, nil
			}
		}
	}
	return nil, fault.Invalid{{Field: "--checkpoint-key", Words: path + " is not an Ed25519 private key in PEM."}}
}

// WriteKeyFile puts a private key into a file that is not there yet, for its
// owner alone.
func WriteKeyFile(path string, key ed25519.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the file that the operator named
	if err != nil {
		return fmt.Errorf("checkpoint key: %w", err)
	}
	err = pem.Encode(file, &pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return errors.Join(err, file.Sync(), file.Close())
}

// KeyFileOrNew reads a private key, and makes it where there is none.
func KeyFileOrNew(path string) (ed25519.PrivateKey, error) {
	key, err := KeyFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if key, err = NewKey(); err != nil {
		return nil, err
	}
	if err = WriteKeyFile(path, key); errors.Is(err, fs.ErrExist) {
		return KeyFile(path) // another made it a moment ago
	}
	return key, err
}
