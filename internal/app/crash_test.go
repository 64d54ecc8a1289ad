package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/id"
	"commontable/internal/money"
)

// A payer is what a child process needs to pay: it is handed over in a file.
type payer struct {
	DSN               string
	Area              area.Area
	Amina, Ben, Carol access.Actor
	Instalments       []funding.InstalmentID // one for each of its writers
	Cycle             int
	Persists          bool // it tries again what failed, and stops when its input ends
	Steps             int  // so many each, and then it stops; 0 for no end
}

// A step is one thing that the child does, and can do again with the same form.
type step struct {
	Form, Does string
	Payment    funding.PaymentID
}

const (
	prepares = "prepare"
	approves = "approve"
	releases = "release"
	asks     = "ask"
	reverses = "reverse"
)

func (p payer) funding(d *db.DB) *funding.Funding {
	return &funding.Funding{DB: d, IDs: id.Real(time.Now), Now: func() time.Time { return fundingtest.Today.At(12, 0) }}
}

// take does a step and tells the payment it was of.
func (p payer) take(ctx context.Context, d *db.DB, writer int, s step) (funding.PaymentID, error) {
	f, form := p.funding(d), funding.Form(s.Form)
	switch s.Does {
	case prepares:
		return f.PreparePayment(ctx, p.Amina, p.Area, funding.NewPayment{Form: form, Instalment: p.Instalments[writer]})
	case approves:
		var shown funding.Payment
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			shown, err = funding.PaymentOf(ctx, tx, p.Area.ID, s.Payment)
			return err
		}); err != nil {
			return "", err
		}
		return s.Payment, f.ApprovePayment(ctx, p.Ben, p.Area, s.Payment, shown.Digest, form)
	case releases:
		return s.Payment, f.ReleasePayment(ctx, p.Carol, p.Area, s.Payment, funding.NewRelease{Form: form, PaidOn: fundingtest.Today, Reference: "BL-" + string(s.Payment[:8])})
	case asks:
		return s.Payment, f.AskReversal(ctx, p.Ben, p.Area, s.Payment, "Paid by mistake", form)
	}
	return s.Payment, f.ReversePayment(ctx, p.Carol, p.Area, s.Payment, form)
}

// next is what comes next for an instalment: it is paid, reversed, and paid
// again.
func (p payer) next(ctx context.Context, d *db.DB, writer int) (s step, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		all, err := funding.PaymentsOn(ctx, tx, p.Area.ID, "")
		if err != nil {
			return err
		}
		s = step{Does: prepares}
		var latest int64
		for _, one := range all {
			if one.Instalment != p.Instalments[writer] || one.Attempt <= latest {
				continue
			}
			whole, err := funding.PaymentOf(ctx, tx, p.Area.ID, one.ID)
			if err != nil {
				return err
			}
			latest = one.Attempt
			s.Payment = one.ID
			s.Does = map[funding.PaymentState]string{
				funding.PaymentPrepared: approves, funding.PaymentApproved: releases, funding.PaymentReleased: asks, funding.PaymentReversed: prepares,
			}[whole.State()]
			if whole.Waits() {
				s.Does = reverses
			}
		}
		return nil
	})
	return s, err
}

// after is the step after one that was taken.
func (s step) after() string {
	return map[string]string{prepares: approves, approves: releases, releases: asks, asks: reverses, reverses: prepares}[s.Does]
}

// TestTheChildThatIsKilled is not a test but the child: four writers that pay,
// and say what they are about to do and what they were told was done.
func TestTheChildThatIsKilled(t *testing.T) { //nolint:paralleltest // it has a process of its own
	file := os.Getenv("COMMONTABLE_CRASH")
	if file == "" {
		t.Skip("it is started by the tests below")
	}
	var p payer
	text, err := os.ReadFile(file)
	if err := errors.Join(err, json.Unmarshal(text, &p)); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), p.DSN)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if p.Persists && p.Steps == 0 {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	fmt.Println("\nbegun")
	var wg sync.WaitGroup
	for writer := range p.Instalments {
		wg.Go(func() { p.pay(ctx, d, writer) })
	}
	wg.Wait()
	if err := d.Close(); err != nil {
		fmt.Println("closed", err)
	}
}

func (p payer) pay(ctx context.Context, d *db.DB, writer int) {
	s, err := p.next(ctx, d, writer)
	for err != nil && p.Persists {
		time.Sleep(20 * time.Millisecond)
		s, err = p.next(ctx, d, writer)
	}
	if err != nil {
		fmt.Printf("failed %d %v\n", writer, err)
		return
	}
	for n := 0; ctx.Err() == nil && (p.Steps == 0 || n < p.Steps); n++ {
		s.Form = fmt.Sprintf("crash-%d-%d-%d", p.Cycle, writer, n)
		fmt.Printf("try %d %s %s %s\n", writer, s.Form, s.Does, s.Payment)
		pid, err := p.take(context.WithoutCancel(ctx), d, writer, s)
		for tries := 0; err != nil && p.Persists && tries < 500; tries++ {
			fmt.Printf("again %d %.120q\n", writer, err.Error())
			time.Sleep(20 * time.Millisecond)
			pid, err = p.take(context.WithoutCancel(ctx), d, writer, s)
		}
		if err != nil {
			fmt.Printf("failed %d %.300q\n", writer, err.Error())
			return
		}
		fmt.Printf("ack %d %s %s %s\n", writer, s.Form, s.Does, pid)
		s = step{Does: s.after(), Payment: pid}
	}
}

// A world in which a child pays.
type crashes struct {
	t       *testing.T
	db      *db.DB
	payer   payer
	config  string
	acked   map[funding.PaymentID]string // the furthest step that was acknowledged
	acks    int
	retried int
}

const writers = 4

func newCrashes(t *testing.T, d *db.DB, dsn string) *crashes {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	lines, _, err := w.Ready(t.Context(), w.Tanners)
	if err != nil {
		t.Fatal(err)
	}
	var instalments []funding.NewInstalment
	for range writers {
		instalments = append(instalments, fundingtest.Instalment(lines["green/benches"], money.Pounds(1000)))
	}
	o, err := w.Offer(t.Context(), w.Tanners, 1, instalments...)
	if err != nil {
		t.Fatal(err)
	}
	c := &crashes{
		t: t, db: d, config: filepath.Join(t.TempDir(), "payer.json"), acked: map[funding.PaymentID]string{},
		payer: payer{DSN: dsn, Area: w.Tanners.Area, Amina: w.Amina, Ben: w.Ben, Carol: w.Carol},
	}
	for _, in := range o.Instalments {
		c.payer.Instalments = append(c.payer.Instalments, in.ID)
	}
	return c
}

// child starts the child, under other programs where they are given.
func (c *crashes) child(under ...string) *child {
	c.t.Helper()
	c.payer.Cycle++
	text, err := json.Marshal(c.payer)
	if err := errors.Join(err, os.WriteFile(c.config, text, 0o600)); err != nil {
		c.t.Fatal(err)
	}
	args := append(slices.Clone(under), os.Args[0], "-test.run=^TestTheChildThatIsKilled$", "-test.timeout=5m")
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "COMMONTABLE_CRASH="+c.config, "GORACE=atexit_sleep_ms=0")
	one := &child{cmd: cmd, begun: make(chan bool, 1), paid: make(chan bool, 1), ended: make(chan error, 1)}
	cmd.Stderr = &one.errs
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if one.stdin, err = cmd.StdinPipe(); err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if lines.Text() == "begun" {
				one.begun <- true
			}
			if strings.HasPrefix(lines.Text(), "ack ") && len(one.paid) == 0 {
				one.paid <- true
			}
			one.lines = append(one.lines, lines.Text())
		}
		close(one.begun)
		one.ended <- cmd.Wait()
	}()
	return one
}

type child struct {
	cmd   *exec.Cmd
	stdin io.Closer
	begun chan bool
	paid  chan bool // holds one when the first step was acknowledged
	ended chan error
	lines []string // to be read when it has ended
	errs  bytes.Buffer
}

// heard sorts what a child said: what it was told was done, and of each writer
// what it was about when it was killed.
func (c *crashes) heard(one *child) map[int]step {
	c.t.Helper()
	open := map[int]step{}
	for _, line := range one.lines {
		parts := strings.Split(line, " ")
		switch parts[0] {
		case "again":
			c.retried++
			continue
		case "failed":
			c.t.Errorf("the child says: %s", line)
			continue
		case "try", "ack":
		default:
			continue
		}
		if len(parts) != 5 {
			continue // cut short as it was killed
		}
		writer, err := strconv.Atoi(parts[1])
		if err != nil {
			c.t.Fatal(err)
		}
		if parts[0] == "try" {
			open[writer] = step{Form: parts[2], Does: parts[3], Payment: funding.PaymentID(parts[4])}
			continue
		}
		delete(open, writer)
		c.acks++
		c.acked[funding.PaymentID(parts[4])] = parts[3]
	}
	return open
}

// holds checks that all that was acknowledged is there and nothing is half
// there, and sends again, twice, what nobody knows the end of: it counts once.
func (c *crashes) holds(d *db.DB, open map[int]step) {
	c.t.Helper()
	ctx := c.t.Context()
	v, err := Verify(ctx, d)
	if err != nil || len(v.Bad) > 0 {
		c.t.Fatalf("cycle %d: verify found %q, %v", c.payer.Cycle, v.Bad, err)
	}
	for writer, s := range open {
		var first funding.PaymentID
		for range 2 {
			pid, err := c.payer.take(ctx, d, writer, s)
			if err != nil {
				c.t.Errorf("cycle %d: %s, sent again: %v", c.payer.Cycle, s.Form, err)
				continue
			}
			if first != "" && pid != first {
				c.t.Errorf("cycle %d: %s, sent again, made %s and %s", c.payer.Cycle, s.Form, first, pid)
			}
			first = pid
		}
		if first != "" {
			c.acked[first] = s.Does
		}
	}
	if err := d.Read(ctx, func(tx *db.Tx) error {
		all, err := funding.PaymentsOn(ctx, tx, c.payer.Area.ID, "")
		if err != nil {
			return err
		}
		alive := map[funding.InstalmentID]int{}
		for _, one := range all {
			did, known := c.acked[one.ID]
			if !known {
				c.t.Errorf("cycle %d: payment %s is there, and nobody made it", c.payer.Cycle, one.ID)
			}
			whole, err := funding.PaymentOf(ctx, tx, c.payer.Area.ID, one.ID)
			if err != nil {
				return err
			}
			if want := map[string]funding.PaymentState{prepares: funding.PaymentPrepared, approves: funding.PaymentApproved, releases: funding.PaymentReleased, asks: funding.PaymentReleased, reverses: funding.PaymentReversed}[did]; known && (whole.State() != want || whole.Waits() != (did == asks)) {
				c.t.Errorf("cycle %d: payment %s is %s, and %s was acknowledged", c.payer.Cycle, one.ID, whole.State(), did)
			}
			if whole.State() != funding.PaymentReversed {
				alive[one.Instalment]++
			}
		}
		if len(all) != len(c.acked) {
			c.t.Errorf("cycle %d: %d payments are there, and %d were acknowledged", c.payer.Cycle, len(all), len(c.acked))
		}
		for in, n := range alive {
			if n > 1 {
				c.t.Errorf("cycle %d: %d payments of instalment %s are under way", c.payer.Cycle, n, in)
			}
		}
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
}

// holdsIn is holds, as a program that starts again opens the database.
func (c *crashes) holdsIn(dsn string, open map[int]step) error {
	d, err := db.Open(c.t.Context(), dsn)
	if err != nil {
		return err
	}
	c.holds(d, open)
	return d.Close()
}

// cyclesOf is how often to kill: CRASH_CYCLES says more (make crash).
func cyclesOf(t *testing.T, usual int) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("CRASH_CYCLES")); err == nil {
		return n
	}
	if testing.Short() {
		return 3
	}
	return usual
}

// G2: a program that is killed at any moment has lost nothing that it said was
// done, and has done nothing by half.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dsn := d.DSN()
		c := newCrashes(t, d, childDSN(t, dsn))
		sqlite := d.Engine() == "sqlite"
		if sqlite { // so that who opens it next is alone, and must recover it
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
		for cycle := range cyclesOf(t, 30) {
			one := c.child()
			if !<-one.begun {
				t.Fatalf("the child did not begin: %v\n%s", <-one.ended, one.errs.String())
			}
			// Every other time it is killed when it pays already, however slow this
			// machine is just now; else at any moment from when it began.
			if cycle%2 == 1 {
				select {
				case <-one.paid:
				case <-one.begun: // it is closed when the child has ended
				case <-time.After(time.Minute):
				}
			}
			time.Sleep(time.Duration(2+rand.IntN(59)) * time.Millisecond)
			if err := one.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := <-one.ended; err == nil {
				t.Fatal("the child ended by itself")
			}
			open := c.heard(one)
			if !sqlite {
				c.childIsGone()
				c.holds(d, open)
			} else if err := c.holdsIn(dsn, open); err != nil {
				t.Fatal(err)
			}
			if t.Failed() {
				return
			}
		}
		t.Logf("killed %d times after %d steps that were acknowledged: none is lost", c.payer.Cycle, c.acks)
		if c.acks == 0 {
			t.Error("nothing was ever acknowledged: nothing was tested")
		}
	})
}

// childDSN names the child's connections, so that the server can be asked
// whether they are gone.
func childDSN(t *testing.T, dsn string) string {
	t.Helper()
	if strings.HasPrefix(dsn, "sqlite:") {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("application_name", "the child")
	u.RawQuery = q.Encode()
	return u.String()
}

// childIsGone waits until the server has noticed that the child is: till then it
// may still be ending what the child began.
func (c *crashes) childIsGone() {
	c.t.Helper()
	for range 500 {
		var left int
		if err := c.db.Read(c.t.Context(), func(tx *db.Tx) (err error) {
			left, err = db.One(c.t.Context(), tx, db.Value[int], `SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'the child' AND datname = current_database()`)
			return err
		}); err != nil {
			c.t.Fatal(err)
		}
		if left == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.t.Fatal("the server has not noticed in five seconds that the child is gone")
}

// G3: where the disk fails to write, an error is told, and nothing that was
// acknowledged is lost; when the disk works again so does the program.
func TestTheDiskFailsToWrite(t *testing.T) {
	t.Parallel()
	if os.Getenv("CRASH_STRACE") == "" {
		t.Skip("CRASH_STRACE is not set; make test-all sets it")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not here")
	}
	if err := exec.CommandContext(t.Context(), strace, "-f", "-o", os.DevNull, "-e", "trace=fsync", "true").Run(); err != nil {
		t.Skipf("strace may not trace here: %v", err)
	}
	for _, inject := range []string{"fsync,fdatasync:error=EIO:when=7+11", "pwrite64:error=ENOSPC:when=200+331"} {
		d := dbtest.SQLite(t)
		c := newCrashes(t, d, d.DSN())
		c.payer.Persists, c.payer.Steps = true, 40
		one := c.child(strace, "-f", "-o", os.DevNull, "-e", "trace=fsync,fdatasync,pwrite64", "-e", "inject="+inject)
		<-one.begun
		if err := <-one.ended; err != nil {
			t.Fatalf("%s: the child ended with %v\n%s", inject, err, one.errs.String())
		}
		c.holds(dbtest.Open(t, d.DSN()), c.heard(one))
		t.Logf("%s: %d steps acknowledged, %d tried again", inject, c.acks, c.retried)
		if c.retried == 0 || c.acks != 40*writers {
			t.Errorf("%s: %d errors were met and %d steps acknowledged, want some and %d", inject, c.retried, c.acks, 40*writers)
		}
	}
}

// G5: a PostgreSQL that is stopped at once and started again loses nothing
// acknowledged, and what was tried again counts once.
func TestPostgresRestarts(t *testing.T) {
	t.Parallel()
	restart, server := os.Getenv("TEST_POSTGRES_RESTART"), os.Getenv("TEST_POSTGRES")
	if restart == "" || server == "" || os.Getenv("CRASH_RESTARTS") == "" {
		t.Skip("CRASH_RESTARTS is not set; make test-all sets it, with a server of its own")
	}
	times, err := strconv.Atoi(os.Getenv("CRASH_RESTARTS"))
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Postgres(t)
	c := newCrashes(t, d, childDSN(t, d.DSN()))
	c.payer.Persists = true
	one := c.child()
	<-one.begun
	for range times {
		time.Sleep(time.Duration(200+rand.IntN(400)) * time.Millisecond)
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", restart).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", restart, err, out)
		}
	}
	time.Sleep(300 * time.Millisecond)
	if err := one.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-one.ended; err != nil {
		t.Fatalf("the child ended with %v\n%s", err, one.errs.String())
	}
	again := dbtest.Open(t, d.DSN())
	c.holds(again, c.heard(one))
	t.Logf("restarted %d times: %d steps acknowledged, %d tried again", times, c.acks, c.retried)
	if c.acks == 0 || c.retried == 0 {
		t.Error("nothing was acknowledged, or nothing was tried again: nothing was tested")
	}
}
