package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A report is a table of what was measured.
type report struct {
	rows    []row
	skipped []string
}

type row struct{ goal, what, got, against, ratio, wanted string }

func (r *report) add(goal, what, got, against, ratio, wanted string) {
	r.rows = append(r.rows, row{goal, what, got, against, ratio, wanted})
	fmt.Fprintf(os.Stderr, "  %s: %s; against %s: %s (wanted %s)\n", what, got, against, ratio, wanted)
}

func (r *report) skip(goal, why string) {
	r.skipped = append(r.skipped, goal+": "+why)
	fmt.Fprintf(os.Stderr, "  skipped: %s\n", why)
}

func (r *report) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s, %s\n\n%s.\n\n", time.Now().UTC().Format("2006-01-02 15:04"), commit(), machine())
	b.WriteString("| goal | what | got | against | ratio | wanted |\n|---|---|---|---|---|---|\n")
	for _, x := range r.rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", x.goal, x.what, x.got, x.against, x.ratio, x.wanted)
	}
	for _, s := range r.skipped {
		fmt.Fprintf(&b, "\nNot measured: %s.\n", s)
	}
	return b.String()
}

func (r *report) appendTo(file string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(r.text())
	return errors.Join(err, f.Close())
}

func commit() string {
	out, err := exec.CommandContext(context.Background(), "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown commit"
	}
	return "commit " + strings.TrimSpace(string(out))
}

func machine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%s, %d cores; %s; load when it ended %s", model, runtime.NumCPU(), runtime.Version(), strings.Join(strings.Fields(string(load))[:1], ""))
}

// A side is one of those that are measured in turns. It gives a number: a rate
// or a time.
type side func() (float64, error)

// inTurns measures sides A B A B, once without counting and then so many rounds.
func inTurns(rounds int, sides ...side) ([][]float64, error) {
	got := make([][]float64, len(sides))
	for round := range rounds + 1 {
		for i, s := range sides {
			n, err := s()
			if err != nil {
				return nil, err
			}
			if round > 0 {
				got[i] = append(got[i], n)
			}
		}
	}
	return got, nil
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return math.NaN()
	}
	all = slices.Sorted(slices.Values(all))
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

// ratios are those of each round, for the two sides of a round had the same machine.
func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

// spread is a median with the least and the most.
func spread(all []float64, format string) string {
	return fmt.Sprintf(format+" ("+format+"–"+format+")", median(all), slices.Min(all), slices.Max(all))
}
