package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"commontable/internal/app"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/person"
)

// A payable is a payment that was approved and waits to be released.
type payable struct {
	place *fundingtest.Place
	id    funding.PaymentID
}

// A till has payments to release, as many as were asked for.
type till struct {
	*fundingtest.World

	mu      sync.Mutex
	waiting []payable
	address string
	cookie  string
	stop    func()
}

const places = 64

// newTill makes a world with so many approved payments in 64 areas, and serves it.
func newTill(ctx context.Context, dsn string, payments int) (*till, error) {
	d, err := db.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, err
	}
	w, err := fundingtest.New(ctx, d, 1)
	if err != nil {
		return nil, err
	}
	t := &till{World: w}
	byPlace := make([][]payable, places)
	for i := range places {
		if byPlace[i], err = t.ready(ctx, i, (payments+places-1)/places); err != nil {
			return nil, fmt.Errorf("make payments ready: %w", err)
		}
	}
	for n := range byPlace[0] { // one of each area in turn
		for i := range places {
			t.waiting = append(t.waiting, byPlace[i][n])
		}
	}
	return t, t.serve(ctx)
}

func (t *till) ready(ctx context.Context, i, n int) ([]payable, error) {
	var all []payable
	err := t.DB.Write(ctx, func(tx *db.Tx) (err error) {
		name := func(s string) string { return fmt.Sprintf("%s %02d", s, i) }
		p, err := t.PlaceIn(ctx, tx, name("Ward"), name("Trust"), name("Chair"), name("Finance"), name("Approver"))
		all = append(all[:0], payable{place: p})
		return err
	})
	if err != nil {
		return nil, err
	}
	p := all[0].place
	all = nil
	if err := t.Allocate(ctx, p, money.Pounds(100_000)); err != nil {
		return nil, err
	}
	lines, err := t.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(100_000)))
	if err != nil {
		return nil, err
	}
	if err := t.Hold(ctx, p); err != nil {
		return nil, err
	}
	for len(all) < n {
		instalments := make([]funding.NewInstalment, min(funding.MostInstalments, n-len(all)))
		for j := range instalments {
			instalments[j] = fundingtest.Instalment(lines["green/benches"], money.Pence(1234))
		}
		o, err := t.Offer(ctx, p, 0, instalments...)
		if err != nil {
			return nil, err
		}
		from := len(all)
		if err := t.DB.Write(ctx, func(tx *db.Tx) error {
			all = all[:from]
			for _, in := range o.Instalments {
				paid, err := t.Funding.PreparePaymentIn(ctx, tx, t.Amina, p.Area, funding.NewPayment{Instalment: in.ID})
				if err != nil {
					return err
				}
				if err := t.Funding.ApprovePaymentIn(ctx, tx, t.Ben, p.Area, paid.ID, paid.Digest); err != nil {
					return err
				}
				all = append(all, payable{p, paid.ID})
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// serve serves the whole program, and signs Carol in, who releases.
func (t *till) serve(ctx context.Context) error {
	err := t.DB.Write(ctx, func(tx *db.Tx) error {
		return t.People.AddPersonaIn(ctx, tx, person.Persona{
			Code: "carol", Position: 1, Title: "Programme finance", Words: "Releases", Person: t.Carol.Person, Hat: t.Carol.Hat.ID, StartAt: "/",
		})
	})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, t.DB, app.Options{Log: slog.New(slog.DiscardHandler), Now: t.Clock.Now, BaseURL: "http://bench"})
	if err != nil {
		return err
	}
	if t.address, t.stop, err = listening(a.Handler()); err != nil {
		return err
	}
	t.cookie, err = lookRoundAs(ctx, t.address, "carol")
	return err
}

// lookRoundAs signs somebody in whom the database offers, and gives their cookie.
func lookRoundAs(ctx context.Context, address, persona string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/look-around", strings.NewReader("as="+persona))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	for _, one := range res.Cookies() {
		if one.Name == "session" {
			return "session=" + one.Value, nil
		}
	}
	return "", fmt.Errorf("cannot look round as %s: status %d", persona, res.StatusCode)
}

func (t *till) close() error {
	if t.stop != nil {
		t.stop()
	}
	return t.DB.Close()
}

var errNoMore = errors.New("no more payments wait")

func (t *till) take() (payable, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return payable{}, false
	}
	p := t.waiting[0]
	t.waiting = t.waiting[1:]
	return p, true
}

// release releases one payment through the domain.
func (t *till) release(ctx context.Context) error {
	p, ok := t.take()
	if !ok {
		return errNoMore
	}
	return t.Release(ctx, p.place, p.id)
}

// post is the request that releases one payment.
func (t *till) post() []byte {
	p, ok := t.take()
	if !ok {
		return nil
	}
	today := t.Today()
	form := url.Values{
		"form": {string(t.Form())}, "reference": {"BL-1"},
		"paid_on-day": {strconv.Itoa(today.Day())}, "paid_on-month": {strconv.Itoa(int(today.Month()))}, "paid_on-year": {strconv.Itoa(today.Year())},
	}
	return post(t.address, "/areas/"+p.place.Area.Slug+"/money/payments/"+string(p.id)+"/release", "Cookie: "+t.cookie+"\r\n", form.Encode())
}

// throughHTTP has clients release n payments.
func (t *till) throughHTTP(ctx context.Context, clients, n int) (load, error) {
	var mu sync.Mutex
	return drive(ctx, t.address, clients, time.Hour, http.StatusSeeOther, func() []byte {
		mu.Lock()
		defer mu.Unlock()
		if n--; n < 0 {
			return nil
		}
		return t.post()
	})
}

// payments is P1.
func (b *bench) payments(ctx context.Context) error {
	if err := b.paymentsSQLite(ctx); err != nil {
		return err
	}
	if b.postgres == "" {
		b.out.skip("P1 on PostgreSQL", "no -postgres")
		return nil
	}
	return b.paymentsPostgres(ctx)
}

func (b *bench) paymentsSQLite(ctx context.Context) error {
	clients := []int{1, 8, 32}
	n := map[int]int{1: b.work(400), 8: b.work(1200), 32: b.work(2400)}
	floor, err := newBareLedger(ctx, b.file("bare.db"))
	if err != nil {
		return err
	}
	defer floor.close() //nolint:errcheck // its file goes too
	t, err := newTill(ctx, "sqlite:"+b.file("till.db"), 2*(b.rounds+1)*(n[1]+n[8]+n[32]))
	if err != nil {
		return err
	}
	defer t.close() //nolint:errcheck // its file goes too
	for _, c := range clients {
		var p99 []float64
		got, err := inTurns(b.rounds,
			func() (float64, error) { return together(ctx, c, 2*n[c], floor.pay) },
			func() (float64, error) { return together(ctx, c, n[c], t.release) },
			func() (float64, error) {
				l, err := t.throughHTTP(ctx, c, n[c])
				p99 = append(p99, l.p99.Seconds()*1000)
				return l.rate, err
			})
		if err != nil {
			return err
		}
		against := "bare ledger " + spread(got[0], "%.0f")
		b.out.add("P1", fmt.Sprintf("SQLite, payments a second through the domain, %d clients", c), spread(got[1], "%.0f"), against, spread(ratios(got[1], got[0]), "%.2f"), "–")
		b.out.add("P1", fmt.Sprintf("SQLite, payments a second through HTTP, %d clients; p99 %.1f ms", c, median(p99[1:])), spread(got[2], "%.0f"), against, spread(ratios(got[2], got[0]), "%.2f"), "≥ 0.50 at 1 and 32; p99 at 32 ≤ 15 ms")
	}
	return nil
}

// bareScript is the bare ledger for pgbench.
const bareScript = `\set n random(1, 64)
BEGIN;
INSERT INTO entries (day, description) VALUES ('2026-10-20', 'Payment from the programme: benches') RETURNING id \gset
INSERT INTO postings (entry, line, account, minor) VALUES (:id, 1, 'held:' || :n, 100);
INSERT INTO postings (entry, line, account, minor) VALUES (:id, 2, 'allocated:' || :n, -100);
INSERT INTO balances (account, minor) VALUES ('held:' || :n, 100) ON CONFLICT (account) DO UPDATE SET minor = balances.minor + excluded.minor;
INSERT INTO balances (account, minor) VALUES ('allocated:' || :n, -100) ON CONFLICT (account) DO UPDATE SET minor = balances.minor + excluded.minor;
INSERT INTO events (text) VALUES ('{"act":"payment released","at":"2026-10-20T09:30:00.000000Z","person":"0","stream":"0"}');
COMMIT;
`

func (b *bench) paymentsPostgres(ctx context.Context) error {
	pgbench, err := findPgbench()
	if err != nil {
		return err
	}
	bareDSN, err := newPostgres(ctx, b.postgres, "bench_bare")
	if err != nil {
		return err
	}
	if err := script(ctx, bareDSN,
		`CREATE TABLE entries (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, day DATE NOT NULL, description TEXT NOT NULL)`,
		bareSchema[1], bareSchema[2], `CREATE TABLE events (n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT NOT NULL)`); err != nil {
		return err
	}
	file := b.file("bare.pgbench")
	if err := os.WriteFile(file, []byte(bareScript), 0o600); err != nil {
		return err
	}
	n := map[int]int{1: b.work(150), 8: b.work(400), 32: b.work(800)}
	dsn, err := newPostgres(ctx, b.postgres, "bench_till")
	if err != nil {
		return err
	}
	t, err := newTill(ctx, dsn, 2*(b.rounds+1)*(n[1]+n[8]+n[32]))
	if err != nil {
		return err
	}
	defer t.close() //nolint:errcheck // its database goes too
	for _, c := range []int{1, 8, 32} {
		got, err := inTurns(b.rounds,
			func() (float64, error) { return runPgbench(ctx, pgbench, bareDSN, file, c, b.work(30)) },
			func() (float64, error) { return together(ctx, c, n[c], t.release) },
			func() (float64, error) {
				l, err := t.throughHTTP(ctx, c, n[c])
				return l.rate, err
			})
		if err != nil {
			return err
		}
		against := "pgbench, bare ledger " + spread(got[0], "%.0f")
		b.out.add("P1", fmt.Sprintf("PostgreSQL, payments a second through the domain, %d clients", c), spread(got[1], "%.0f"), against, spread(ratios(got[1], got[0]), "%.2f"), "–")
		b.out.add("P1", fmt.Sprintf("PostgreSQL, payments a second through HTTP, %d clients", c), spread(got[2], "%.0f"), against, spread(ratios(got[2], got[0]), "%.2f"), "≥ 0.60")
	}
	return nil
}

func findPgbench() (string, error) {
	if found, err := exec.LookPath("pgbench"); err == nil {
		return found, nil
	}
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(all) == 0 {
		return "", errors.New("no pgbench here")
	}
	return all[len(all)-1], nil
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

func runPgbench(ctx context.Context, program, dsn, file string, clients, tenths int) (float64, error) {
	out, err := exec.CommandContext(ctx, program, "-n", "-M", "prepared", "-f", file, "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(max(1, tenths/10)), dsn).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	m := tps.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench says no rate: %s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

func script(ctx context.Context, dsn string, statements ...string) error {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := pool.ExecContext(ctx, s); err != nil {
			return errors.Join(err, pool.Close())
		}
	}
	return pool.Close()
}

// newPostgres makes an empty database beside the one named.
func newPostgres(ctx context.Context, server, name string) (string, error) {
	if err := script(ctx, server, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`, `CREATE DATABASE `+name); err != nil {
		return "", err
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// syncs is P1b: how often the disk is waited for, counted from outside.
func (b *bench) syncs(ctx context.Context) error {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return errors.New("no strace here (scripts/need strace)")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, c := range []int{1, 32} {
		n := b.work(2000)
		syncs, err := b.countSyncs(ctx, strace, self, c, n)
		if err != nil {
			return err
		}
		want := "≤ 1.02 a commit"
		if c > 1 {
			want = "≤ 0.15 a payment"
		}
		b.out.add("P1b", fmt.Sprintf("SQLite, fsync and fdatasync of %d payments, %d clients", n, c), strconv.Itoa(syncs), strconv.Itoa(n)+" payments", fmt.Sprintf("%.3f", float64(syncs)/float64(n)), want)
	}
	return nil
}

var counted = regexp.MustCompile(`(?m)^\s*\S+\s+\S+\s+\S+\s+(\d+)\s.*\b(fsync|fdatasync)$`)

func (b *bench) countSyncs(ctx context.Context, strace, self string, clients, n int) (int, error) {
	child := exec.CommandContext(ctx, self, "pay", b.file(fmt.Sprintf("strace-%d.db", clients)), strconv.Itoa(clients), strconv.Itoa(n))
	in, err := child.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return 0, err
	}
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		return 0, errors.Join(errors.New("the child is not ready"), child.Wait())
	}
	var seen bytes.Buffer
	tracer := exec.CommandContext(ctx, strace, "-f", "-c", "-e", "trace=fsync,fdatasync", "-p", strconv.Itoa(child.Process.Pid))
	tracer.Stderr = &seen
	if err := tracer.Start(); err != nil {
		return 0, errors.Join(err, child.Process.Kill())
	}
	time.Sleep(time.Second)
	_, err = in.Write([]byte("go\n"))
	if err == nil && (!lines.Scan() || lines.Text() != "done") {
		err = errors.New("the child did not finish")
	}
	err = errors.Join(err, tracer.Process.Signal(syscall.SIGINT))
	_ = tracer.Wait() // it says that it was interrupted
	_ = in.Close()
	if err := errors.Join(err, child.Wait()); err != nil {
		return 0, err
	}
	total := 0
	for _, m := range counted.FindAllStringSubmatch(seen.String(), -1) {
		calls, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, err
		}
		total += calls
	}
	if total == 0 {
		return 0, fmt.Errorf("strace counted nothing: %s", seen.String())
	}
	return total, nil
}

// payUnderStrace is the child: it makes ready, waits to be told, and pays.
func payUnderStrace(ctx context.Context, args []string) error {
	clients, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	t, err := newTill(ctx, "sqlite:"+args[0], n)
	if err != nil {
		return err
	}
	defer t.close() //nolint:errcheck // the parent removes it
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	if _, err := together(ctx, clients, n, t.release); err != nil {
		return err
	}
	fmt.Println("done")
	return nil
}
