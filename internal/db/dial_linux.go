package db

import (
	"context"
	"net"
	"strings"
	"syscall"
	"time"
)

// dial connects to PostgreSQL so that a server that is gone without a word is
// noticed in half a minute: who writes keeps the others waiting.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	const userTimeout = 0x12 // TCP_USER_TIMEOUT, of tcp(7)
	d := net.Dialer{KeepAlive: 10 * time.Second, Control: func(network, _ string, c syscall.RawConn) (err error) {
		if !strings.HasPrefix(network, "tcp") {
			return nil
		}
		set := c.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, userTimeout, 30_000)
		})
		if set != nil {
			return set
		}
		return err
	}}
	return d.DialContext(ctx, network, address)
}
