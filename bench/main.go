// Command bench measures Common Table against what it stands on: the same
// database driver with the least code that does the same work, the bare HTTP
// server, the bare disk. Each pair is measured in turns in one run, so that a
// busy machine slows both; what counts is the ratio. See docs/performance.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

// A bench is one run.
type bench struct {
	rounds     int
	quick      bool
	tenMillion bool
	postgres   string
	program    string // the built program, for what is measured from outside
	dir        string // for databases, removed at the end
	out        *report
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == "pay" {
		exit(payUnderStrace(ctx, os.Args[2:]))
		return
	}
	exit(run(ctx))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	b := &bench{out: &report{}}
	flag.IntVar(&b.rounds, "rounds", 3, "how often each pair is measured")
	flag.BoolVar(&b.quick, "quick", false, "a tenth of the work, to try the bench itself")
	flag.BoolVar(&b.tenMillion, "ten-million", false, "ledgers of 10 million entries too: a quarter of an hour and 10 GB more")
	flag.StringVar(&b.postgres, "postgres", os.Getenv("TEST_POSTGRES"), "a PostgreSQL that keeps what it says (scripts/postgres with DURABLE=1)")
	flag.StringVar(&b.program, "program", "bin/commontable", "the built program")
	only := flag.String("only", "", "which goals, such as P1,P4; all without it")
	appendTo := flag.String("append", "", "file to append the results to, such as docs/performance.md")
	where := flag.String("dir", "", "folder on the disk to be measured; a temporary one without it")
	flag.Parse()
	dir, err := os.MkdirTemp(*where, "commontable-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	b.dir = dir
	if b.program, err = filepath.Abs(b.program); err != nil {
		return err
	}
	for _, part := range []struct {
		goal    string
		measure func(context.Context) error
	}{
		{"disk", b.disk},
		{"P1", b.payments},
		{"P1b", b.syncs},
		{"P2", b.history},
		{"P3", b.pages},
		{"P4", b.programme},
		{"P5", b.start},
		{"P6", b.visit},
		{"P9", b.verify},
	} {
		if *only != "" && !strings.Contains(","+*only+",", ","+part.goal+",") {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s …\n", part.goal)
		if err := part.measure(ctx); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			b.out.skip(part.goal, err.Error())
		}
	}
	fmt.Print(b.out.text())
	if *appendTo == "" {
		return nil
	}
	return b.out.appendTo(*appendTo)
}

// work is how much is done: less where the bench itself is tried.
func (b *bench) work(n int) int {
	if b.quick {
		return max(1, n/10)
	}
	return n
}

func (b *bench) file(name string) string { return filepath.Join(b.dir, name) }
