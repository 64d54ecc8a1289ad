package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A running program, as it is shipped.
type running struct {
	*exec.Cmd
	address string
	first   time.Duration // from its start to the first page
}

// startProgram starts the built program and waits for its first page.
func (b *bench) startProgram(ctx context.Context, dsn, path string) (*running, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &running{address: l.Addr().String()}
	if err := l.Close(); err != nil {
		return nil, err
	}
	r.Cmd = exec.CommandContext(ctx, b.program, "serve", "--database", dsn, "--listen", r.address)
	began := time.Now()
	if err := r.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < 20*time.Second {
		if c, err := dial(ctx, r.address); err == nil {
			status, _, err := c.ask(get(r.address, path, ""))
			_ = c.c.Close()
			if err == nil && status == http.StatusOK {
				r.first = time.Since(began)
				return r, nil
			}
			return nil, errors.Join(fmt.Errorf("first page: status %d, %w", status, err), r.stop())
		}
		time.Sleep(200 * time.Microsecond)
	}
	return nil, errors.Join(errors.New("the program does not answer"), r.stop())
}

func (r *running) stop() error {
	if err := r.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return r.Wait()
}

// memory is what the process has in memory, in megabytes.
func (r *running) memory() (float64, error) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(r.Process.Pid), "status"))
	if err != nil {
		return 0, err
	}
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(text)
	if m == nil {
		return 0, errors.New("no VmRSS")
	}
	kb, err := strconv.ParseFloat(string(m[1]), 64)
	return kb / 1000, err
}

// start is P5.
func (b *bench) start(ctx context.Context) error {
	if _, err := os.Stat(b.program); err != nil {
		return fmt.Errorf("%s is not built: make build", b.program)
	}
	file := b.file("start.db")
	s, err := seed(ctx, file, b.work(15_000), b.work(1_000_000))
	if err != nil {
		return err
	}
	if err := s.close(); err != nil {
		return err
	}
	var first, idle, after []float64
	for range 2*b.rounds + 1 {
		r, err := b.startProgram(ctx, "sqlite:"+file, "/")
		if err != nil {
			return err
		}
		time.Sleep(500 * time.Millisecond)
		quiet, err := r.memory()
		if err != nil {
			return errors.Join(err, r.stop())
		}
		paths := []string{"/", "/areas", "/areas?page=9", "/areas/tanners-reach", "/areas/tanners-reach/money", "/areas/tanners-reach/plan", "/areas?q=ward"}
		n := 0
		if _, err := drive(ctx, r.address, 16, time.Duration(b.work(30))*100*time.Millisecond, http.StatusOK, func() []byte {
			n++ // which one is asked for need not be exact
			return get(r.address, paths[n%len(paths)], "Cookie: a=b\r\n")
		}); err != nil {
			return errors.Join(err, r.stop())
		}
		time.Sleep(time.Second)
		loaded, err := r.memory()
		if err := errors.Join(err, r.stop()); err != nil {
			return err
		}
		first, idle, after = append(first, r.first.Seconds()*1000), append(idle, quiet), append(after, loaded)
	}
	b.out.add("P5", "start to first page, 15,000 areas and 1 million entries, ms", spread(first[1:], "%.0f"), "–", "–", "≤ 27")
	b.out.add("P5", "memory while idle, MB", spread(idle[1:], "%.0f"), "–", "–", "≤ 45")
	b.out.add("P5", "memory after 16 clients read every kind of page, MB", spread(after[1:], "%.0f"), "–", "–", "≤ 60")
	b.out.add("P5", "the program, MB", fmt.Sprintf("%.1f", size(b.program)), "–", "–", "≤ 32")
	return nil
}

// visit is P6: what a browser fetches on a first visit to an area's home page,
// and on the next page.
func (b *bench) visit(ctx context.Context) error {
	if _, err := os.Stat(b.program); err != nil {
		return fmt.Errorf("%s is not built: make build", b.program)
	}
	file := b.file("visit.db")
	if out, err := exec.CommandContext(ctx, b.program, "demo", "--areas", "3", "--years", "4", "--database", "sqlite:"+file).CombinedOutput(); err != nil {
		return fmt.Errorf("demo: %w: %s", err, out)
	}
	r, err := b.startProgram(ctx, "sqlite:"+file, "/areas/tanners-reach")
	if err != nil {
		return err
	}
	defer r.stop() //nolint:errcheck // it was asked all
	out, err := exec.CommandContext(ctx, "node", "bench/visit.mjs", "http://"+r.address, "/areas/tanners-reach", "/areas/tanners-reach/money").Output()
	if err != nil {
		return fmt.Errorf("node bench/visit.mjs (needs make test’s browser): %w", err)
	}
	var visits []struct {
		Path            string
		Requests, Bytes int
		Fonts           int
		Others          int
		Blocking        float64
	}
	if err := json.Unmarshal(out, &visits); err != nil {
		return err
	}
	for i, v := range visits {
		kind, want := "first visit to", "≤ 110 KB with fonts, ≤ 40 without, ≤ 8 requests, none elsewhere, 0 ms"
		if i > 0 {
			kind, want = "then", "≤ 8 KB"
		}
		b.out.add("P6", fmt.Sprintf("%s %s: KB; without fonts; requests; to other hosts; blocking ms", kind, v.Path),
			fmt.Sprintf("%.1f; %.1f; %d; %d; %.0f", float64(v.Bytes)/1000, float64(v.Bytes-v.Fonts)/1000, v.Requests, v.Others, v.Blocking), "–", "–", want)
	}
	return nil
}

// A cost is what a program took.
type cost struct{ cpu, memory float64 } // seconds, megabytes

func costOf(ctx context.Context, program string, args ...string) (cost, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return cost{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	most, err := mostMemory(cmd.Process.Pid, ended)
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w: %.300s", strings.Join(cmd.Args, " "), err, said.String())
	}
	return cost{(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), most}, nil
}

// mostMemory is the most that a program had in memory, in megabytes, looked at
// until it ends. What the system tells at the end counts the memory of whoever
// began it as well.
func mostMemory(pid int, ended <-chan error) (most float64, err error) {
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		select {
		case err := <-ended:
			tick.Stop()
			return most, err
		case <-tick.C:
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			if err != nil {
				continue // it is about to end
			}
			_, peak, _ := strings.Cut(string(status), "VmHWM:")
			if kb, err := strconv.ParseFloat(strings.TrimSpace(strings.SplitN(peak, "kB", 2)[0]), 64); err == nil {
				most = max(most, kb/1000)
			}
		}
	}
}

// verify is P9.
func (b *bench) verify(ctx context.Context) error {
	if _, err := os.Stat(b.program); err != nil {
		return fmt.Errorf("%s is not built: make build", b.program)
	}
	began := time.Now()
	if out, err := exec.CommandContext(ctx, b.program, "demo", "--areas", strconv.Itoa(b.work(150)), "--database", "sqlite:"+b.file("demo.db")).CombinedOutput(); err != nil {
		return fmt.Errorf("demo: %w: %s", err, out)
	}
	b.out.add("P9", fmt.Sprintf("demonstration of %d areas × 12 years, s", b.work(150)), fmt.Sprintf("%.1f", time.Since(began).Seconds()), "–", "–", "< 60")
	n := b.work(1_000_000)
	file, journal := b.file("verify.db"), b.file("verify.journal")
	s, err := seed(ctx, file, 150, n)
	if err != nil {
		return err
	}
	if err := errors.Join(s.events(ctx, n), s.close()); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, b.program, "export", "journal", "--database", "sqlite:"+file, "--out", journal).CombinedOutput(); err != nil {
		return fmt.Errorf("export: %w: %s", err, out)
	}
	var ours cost
	var cpu, memory []float64
	mine := func() (float64, error) {
		var err error
		ours, err = costOf(ctx, b.program, "verify", "--database", "sqlite:"+file)
		cpu, memory = append(cpu, ours.cpu), append(memory, ours.memory)
		return ours.cpu, err
	}
	for _, other := range []struct {
		name string
		args []string
		most int
	}{{"ledger", []string{"-f", journal, "bal"}, 1_000_000}, {"hledger", []string{"-f", journal, "bal"}, 100_000}} {
		if _, err := exec.LookPath(other.name); err != nil {
			b.out.skip("P9 against "+other.name, "it is not here (scripts/need "+other.name+")")
			continue
		}
		if n > other.most {
			b.out.skip("P9 against "+other.name, fmt.Sprintf("of %d entries it takes too long and too much memory", n))
			continue
		}
		var theirs []float64
		got, err := inTurns(b.rounds, mine, func() (float64, error) {
			c, err := costOf(ctx, other.name, other.args...)
			theirs = append(theirs, c.memory)
			return c.cpu, err
		})
		if err != nil {
			return err
		}
		b.out.add("P9", fmt.Sprintf("verify of %d entries and as many events, processor s", n), spread(got[0], "%.1f"), other.name+" bal "+spread(got[1], "%.1f"), spread(ratios(got[0], got[1]), "%.2f"), "≤ 0.35 of ledger")
		b.out.add("P9", "its memory, MB", spread(memory, "%.0f"), other.name+" bal "+spread(theirs, "%.0f"), fmt.Sprintf("%.2f", median(memory)/median(theirs)), "≤ 0.05 of ledger")
	}
	if len(cpu) == 0 {
		if _, err := inTurns(b.rounds, mine); err != nil {
			return err
		}
		b.out.add("P9", fmt.Sprintf("verify of %d entries and as many events, processor s; MB", n), spread(cpu, "%.1f")+"; "+spread(memory, "%.0f"), "–", "–", "–")
	}
	return nil
}
