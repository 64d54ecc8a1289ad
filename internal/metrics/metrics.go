// Package metrics counts what the program does and writes it in the text that
// Prometheus reads. It is written by hand: the library would bring nine modules
// for a dozen figures.
package metrics

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// within are the bounds, in seconds, of how long requests took.
var within = [...]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}

// Requests counts requests by route and kind of answer. The zero Requests is
// ready, and safe for many goroutines.
type Requests struct {
	mu    sync.Mutex
	count map[route]int64
	took  [len(within) + 1]int64
	total time.Duration
}

type route struct {
	pattern string
	kind    int // 2 for 200 to 299
}

// Saw counts one request. The pattern is the route's, and not the address: of
// those there is no end, and they are somebody's business.
func (s *Requests) Saw(pattern string, status int, took time.Duration) {
	at := 0
	for at < len(within) && took.Seconds() > within[at] {
		at++
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == nil {
		s.count = map[route]int64{}
	}
	s.count[route{cmp.Or(pattern, "none"), status / 100}]++
	s.took[at]++
	s.total += took
}

// A Figure is one number at the time it is asked for.
type Figure struct {
	Name, Help string
	Counts     bool // it only ever grows
	Value      float64
}

// Write writes the figures given, those of the requests and those of the Go
// runtime.
func (s *Requests) Write(w io.Writer, figures ...Figure) error {
	b := bufio.NewWriter(w)
	for _, f := range append(figures, runtimeFigures()...) {
		kind := "gauge"
		if f.Counts {
			kind = "counter"
		}
		fmt.Fprintf(b, "# HELP commontable_%[1]s %[2]s\n# TYPE commontable_%[1]s %[3]s\ncommontable_%[1]s %[4]s\n", f.Name, f.Help, kind, number(f.Value))
	}
	s.mu.Lock()
	count, took, total := maps.Clone(s.count), s.took, s.total
	s.mu.Unlock()
	const name = "commontable_http_request"
	fmt.Fprintf(b, "# HELP %ss_total Requests answered, by route and kind of status.\n# TYPE %[1]ss_total counter\n", name)
	for _, r := range slices.SortedFunc(maps.Keys(count), func(a, b route) int {
		return cmp.Or(cmp.Compare(a.pattern, b.pattern), cmp.Compare(a.kind, b.kind))
	}) {
		fmt.Fprintf(b, "%ss_total{route=%s,status=\"%dxx\"} %d\n", name, quoted(r.pattern), r.kind, count[r])
	}
	fmt.Fprintf(b, "# HELP %s_seconds How long requests took.\n# TYPE %[1]s_seconds histogram\n", name)
	var sum int64
	for i, n := range took {
		sum += n
		bound := "+Inf"
		if i < len(within) {
			bound = number(within[i])
		}
		fmt.Fprintf(b, "%s_seconds_bucket{le=\"%s\"} %d\n", name, bound, sum)
	}
	fmt.Fprintf(b, "%s_seconds_sum %s\n%[1]s_seconds_count %[3]d\n", name, number(total.Seconds()), sum)
	return b.Flush()
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func quoted(s string) string { return `"` + escape.Replace(s) + `"` }

func runtimeFigures() []Figure {
	asked := []struct{ name, as, help string }{
		{"/sched/goroutines:goroutines", "goroutines", "Goroutines there are."},
		{"/memory/classes/heap/objects:bytes", "heap_bytes", "Memory in use by what the program keeps."},
		{"/memory/classes/total:bytes", "memory_bytes", "Memory that the Go runtime has from the system."},
		{"/cpu/classes/gc/total:cpu-seconds", "gc_cpu_seconds", "Processor time that collecting garbage took, about."},
	}
	samples := make([]metrics.Sample, len(asked))
	for i, a := range asked {
		samples[i].Name = a.name
	}
	metrics.Read(samples)
	var figures []Figure
	for i, sample := range samples {
		f := Figure{Name: asked[i].as, Help: asked[i].help}
		switch sample.Value.Kind() {
		case metrics.KindUint64:
			f.Value = float64(sample.Value.Uint64())
		case metrics.KindFloat64:
			f.Value = sample.Value.Float64()
		case metrics.KindBad, metrics.KindFloat64Histogram:
			continue // a later Go may not know it
		}
		figures = append(figures, f)
	}
	return figures
}
