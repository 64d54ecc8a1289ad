//go:build !linux

package db

import (
	"context"
	"net"
	"time"
)

// dial connects to PostgreSQL.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{KeepAlive: 10 * time.Second}
	return d.DialContext(ctx, network, address)
}
