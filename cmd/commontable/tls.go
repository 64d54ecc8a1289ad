package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"commontable/internal/fault"
)

// A certificate is read from its files, and again when one of them changes: it
// is renewed every few weeks, and the program runs on.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu   sync.Mutex
	seen [2]fileState
	last *tls.Certificate
}

// A fileState tells a file from what it was.
type fileState struct {
	size     int64
	modified time.Time
}

// newCertificate reads a certificate; nil where none is given.
func newCertificate(log *slog.Logger, certFile, keyFile string) (*certificate, error) {
	switch {
	case certFile == "" && keyFile == "":
		return nil, nil //nolint:nilnil // there is none, and nothing is wrong
	case certFile == "":
		return nil, fault.Invalid{{Field: "--tls-cert", Words: "Give the file of the certificate too: a key alone is not enough"}}
	case keyFile == "":
		return nil, fault.Invalid{{Field: "--tls-key", Words: "Give the file of the private key too: a certificate alone is not enough"}}
	}
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log}
	if err := c.read(); err != nil {
		return nil, fault.Invalid{{Field: "--tls-cert", Words: err.Error()}}
	}
	return c, nil
}

func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: c.get}
}

// get is asked for each connection. A pair that cannot be read, as while it is
// being written, leaves the one before it in use.
func (c *certificate) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.states() != c.seen {
		if err := c.read(); err != nil {
			c.log.WarnContext(context.WithoutCancel(hello.Context()), "the certificate has changed and cannot be read; the one before it stays in use", "error", err)
		}
	}
	return c.last, nil
}

func (c *certificate) read() error {
	seen := c.states()
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.seen, c.last = seen, &pair
	return nil
}

func (c *certificate) states() (s [2]fileState) {
	for i, file := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(file); err == nil {
			s[i] = fileState{info.Size(), info.ModTime()}
		}
	}
	return s
}
