package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A conn speaks just so much HTTP/1.1 that the client costs little beside the
// server, with which it shares the machine.
type conn struct {
	c net.Conn
	r *bufio.Reader
}

func dial(ctx context.Context, address string) (*conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &conn{c, bufio.NewReaderSize(c, 64<<10)}, nil
}

// ask sends a request that is written out and reads the answer.
func (c *conn) ask(request []byte) (status, size int, err error) {
	if _, err := c.c.Write(request); err != nil {
		return 0, 0, err
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, err
	}
	length, chunked := 0, false
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return status, 0, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := strings.Cut(string(line), ":")
		switch strings.ToLower(name) {
		case "content-length":
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		case "transfer-encoding":
			chunked = true
		}
	}
	if !chunked {
		_, err := c.r.Discard(length)
		return status, length, err
	}
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return status, size, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 32)
		if err != nil {
			return status, size, err
		}
		if _, err := c.r.Discard(int(n) + 2); err != nil || n == 0 {
			return status, size, err
		}
		size += int(n)
	}
}

func get(address, path, more string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\n%s\r\n", path, address, more)
}

func post(address, path, more, form string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n%s\r\n%s", path, address, len(form), more, form)
}

// A load is what many clients got.
type load struct {
	rate     float64 // answers a second
	p50, p99 time.Duration
	bytes    int // of the last answer
}

// drive has so many clients send requests, each over a connection of its own,
// until next gives no more or the time is over.
func drive(ctx context.Context, address string, clients int, most time.Duration, want int, next func() []byte) (load, error) {
	var mu sync.Mutex
	var took []time.Duration
	var wrong error
	var bytes atomic.Int64
	began := time.Now()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			mine := make([]time.Duration, 0, 4096)
			err := func() error {
				c, err := dial(ctx, address)
				if err != nil {
					return err
				}
				defer c.c.Close() //nolint:errcheck // of a client that is done
				for time.Since(began) < most && ctx.Err() == nil {
					request := next()
					if request == nil {
						return nil
					}
					sent := time.Now()
					status, size, err := c.ask(request)
					if err != nil {
						return err
					}
					if status != want {
						return fmt.Errorf("status %d, want %d: %.80s", status, want, request)
					}
					bytes.Store(int64(size))
					mine = append(mine, time.Since(sent))
				}
				return nil
			}()
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
			wrong = errors.Join(wrong, err)
		})
	}
	wg.Wait()
	all := time.Since(began)
	if wrong != nil || len(took) == 0 {
		return load{}, errors.Join(wrong, ctx.Err())
	}
	slices.Sort(took)
	return load{float64(len(took)) / all.Seconds(), took[len(took)/2], took[len(took)*99/100], int(bytes.Load())}, nil
}

// listening serves a handler on loopback for as long as the bench wants it.
func listening(h http.Handler) (address string, stop func(), err error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go s.Serve(l) //nolint:errcheck // it ends when it is closed
	return l.Addr().String(), func() { _ = s.Close() }, nil
}

// bare answers with bytes and nothing else.
func bare(contentType string, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
}

// fetch reads one answer whole, as a program would.
func fetch(ctx context.Context, url, cookie string) (body []byte, header http.Header, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Accept-Encoding", "gzip")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s: status %d", url, res.StatusCode)
	}
	body, err = io.ReadAll(res.Body)
	return body, res.Header, err
}
