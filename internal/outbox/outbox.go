// Package outbox keeps what is to be done after a transaction: jobs, written in
// the transaction that calls for them, so that neither is kept without the
// other. Any instance of the program may do a job; a mail is sent and a session
// swept by whichever comes first.
//
// A job is done at least once. Who claims it has it for a while (Lease); if the
// program ends half-way, another takes it up when that time is over. So what a
// job does must bear being done again, or write its effect and Done in one
// transaction, which makes it once.
package outbox

import (
	"context"
	"time"

	"commontable/internal/db"
	"commontable/internal/id"
)

// A Kind says what is to be done: "sweep expired sessions".
type Kind string

// A JobID names a job.
type JobID string

// Lease is how long a job belongs to who claimed it, and how long it may take.
const Lease = 5 * time.Minute

// A Job is something to be done.
type Job struct {
	ID    JobID
	Kind  Kind
	About string // what it is about, such as the ID of a payment; with Kind it names the job
	Tries int    // this one included
	DueAt time.Time

	leasedTo time.Time // tells this claim from a later one
}

// Add asks for a job to be done at a time or soon after, in the transaction
// that calls for it. While one of the same kind and about the same waits, that
// one is it, and is done at the earlier of the two times; one that is being
// done now is done once more, for it may have looked already.
func Add(ctx context.Context, tx *db.Tx, ids *id.Maker, k Kind, about string, at time.Time) error {
	return insert(ctx, tx, id.New[JobID](ids), k, about, at)
}

// Claim takes the job of a kind that waited longest, if one is due, for the
// time of a Lease.
func Claim(ctx context.Context, tx *db.Tx, k Kind, now time.Time) (j Job, found bool, err error) {
	return claim(ctx, tx, k, now, now.Add(Lease))
}

// Done says that a job is done. A job whose time was over, and that another has
// claimed since, is left to them.
func Done(ctx context.Context, tx *db.Tx, j Job, now time.Time) error {
	return finish(ctx, tx, j, now)
}

// Fail says that a job could not be done, and puts it off: for longer each
// time, and never for good.
func Fail(ctx context.Context, tx *db.Tx, j Job, now time.Time) error {
	return putOff(ctx, tx, j, now.Add(backOff(j.Tries)))
}

// backOff is how long to wait after so many tries: 10 seconds, then twice as
// long each time, up to an hour.
func backOff(tries int) time.Duration {
	const first, longest = 10 * time.Second, time.Hour
	wait := first
	for range tries - 1 {
		if wait *= 2; wait >= longest {
			return longest
		}
	}
	return wait
}

// A Queue is how many jobs are due and since when the oldest of them is.
type Queue struct {
	Due    int
	Oldest time.Time
}

// QueueOn tells how much waits, for whoever watches over the program.
func QueueOn(ctx context.Context, tx *db.Tx, now time.Time) (Queue, error) {
	return queue(ctx, tx, now)
}
