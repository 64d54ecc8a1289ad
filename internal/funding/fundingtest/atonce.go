package fundingtest

import (
	"errors"
	"sync"
	"testing"

	"commontable/internal/fault"
)

// Clients is how many do a thing at once in the tests of races.
const Clients = 50

// AtOnce has as many clients do something at the same moment, and counts those for
// whom it was done. All others have to be refused in words.
func AtOnce(t *testing.T, do func(client int) error) (done int) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	start := make(chan struct{})
	for i := range Clients {
		wg.Go(func() {
			<-start
			err := do(i)
			_, wrong := errors.AsType[fault.Invalid](err)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case !wrong && !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Unavailable) && !errors.Is(err, fault.NotFound):
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return done
}
