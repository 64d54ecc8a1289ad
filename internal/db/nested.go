package db

import (
	"bytes"
	"errors"
	"runtime"
	"sync"
)

// A Write inside a Write would wait for itself for ever on SQLite, which has one
// writer, and on PostgreSQL the inner one would be kept where the outer fails.
// Both are a mistake of ours, so it is told as one at once.
var errNested = errors.New("db: Write was called inside Write on the same goroutine; call the function that joins a transaction (…In) instead")

// writing are the goroutines that are inside a Write.
type writing struct{ goroutines sync.Map }

// begin notes that the calling goroutine writes, unless it does already.
func (w *writing) begin() (end func(), err error) {
	me := goroutine()
	if _, already := w.goroutines.LoadOrStore(me, true); already {
		return nil, errNested
	}
	return func() { w.goroutines.Delete(me) }, nil
}

// goroutine names the calling goroutine, by the first line of its stack:
// "goroutine 7 [running]:". It takes about a microsecond, where a write takes
// at least fifty.
func goroutine() string {
	var line [48]byte
	words := bytes.Fields(line[:runtime.Stack(line[:], false)])
	if len(words) < 2 {
		return ""
	}
	return string(words[1])
}
