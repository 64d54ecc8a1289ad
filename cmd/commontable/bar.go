package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// A bar shows progress, to a terminal alone.
type bar struct {
	out  io.Writer
	of   int
	show bool
	last int
}

func newBar(out io.Writer, of int) *bar {
	file, ok := out.(*os.File)
	if !ok {
		return &bar{}
	}
	info, err := file.Stat()
	return &bar{out: out, of: of, show: err == nil && info.Mode()&os.ModeCharDevice != 0, last: -1}
}

func (b *bar) at(n int) {
	const width = 40
	if filled := n * width / max(1, b.of); b.show && filled != b.last {
		b.last = filled
		fmt.Fprintf(b.out, "\r[%s%s] %d of %d areas", strings.Repeat("#", filled), strings.Repeat(".", width-filled), n, b.of)
	}
}

func (b *bar) end() {
	if b.show {
		fmt.Fprintln(b.out)
	}
}
