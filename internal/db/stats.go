package db

import "sync/atomic"

// Stats count what a database was asked since it was opened.
type Stats struct {
	Statements int64 // run, but for those that begin and end a transaction
	Reads      int64 // transactions of Read
	Writes     int64 // transactions of Write that were kept
	Commits    int64 // waits for the disk: writes that waited together share one
}

type counters struct{ statements, reads, writes, commits atomic.Int64 }

// Stats tells what was asked so far.
func (d *DB) Stats() Stats {
	return Stats{
		Statements: d.counted.statements.Load(), Reads: d.counted.reads.Load(),
		Writes: d.counted.writes.Load(), Commits: d.counted.commits.Load(),
	}
}
