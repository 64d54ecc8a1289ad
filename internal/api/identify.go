package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"commontable/internal/access"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// A Finder finds who acts by a token: fault.NotFound where it lets nobody in.
type Finder func(ctx context.Context, secret string) (by access.Actor, token string, err error)

// Identify finds out on whose behalf a program asks. Only the Authorization
// header tells: a cookie that a browser sends along tells nothing here.
func (a *API) Identify(find Finder) web.Identify {
	return func(r *http.Request) (access.Actor, error) {
		sent := r.Header.Values("Authorization")
		if len(sent) == 0 {
			return access.Actor{}, a.limits.take("from "+a.site.From(r), 5, 100)
		}
		scheme, secret, _ := strings.Cut(sent[0], " ")
		if !strings.EqualFold(scheme, "Bearer") || len(sent) > 1 {
			return access.Actor{}, refusedToken()
		}
		by, token, err := find(r.Context(), strings.TrimSpace(secret))
		if errors.Is(err, fault.NotFound) {
			// Who guesses is slowed down too.
			if slow := a.limits.take("from "+a.site.From(r), 5, 100); slow != nil {
				return access.Actor{}, slow
			}
			return access.Actor{}, refusedToken()
		}
		if err != nil {
			return access.Actor{}, err
		}
		return by, a.limits.take("token "+token, 20, 200)
	}
}

func refusedToken() error {
	return web.Refusal{Status: http.StatusUnauthorized, Words: "This token lets nobody in. It may have ended, or the hat that it was made for. Send one that is in force: Authorization: Bearer ct_…"}
}

// limits bound how often each may ask. They are this instance's own: they keep
// a mistake in a program from being everybody's, and are no protection against
// malice.
type limits struct {
	mu sync.Mutex
	of map[string]*limit
}

type limit struct {
	*rate.Limiter
	used time.Time
}

// mostLimits is how many are remembered before those not used for a while are
// forgotten.
const mostLimits = 10_000

// take counts one request, and refuses it where there were too many: more than
// so many at once, and more than so many a second after that.
func (l *limits) take(who string, perSecond rate.Limit, atOnce int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now() //nolint:forbidigo // how fast requests come is no part of the domain's time
	one := l.of[who]
	if one == nil {
		if len(l.of) >= mostLimits {
			l.forget(now.Add(-time.Minute))
		}
		one = &limit{Limiter: rate.NewLimiter(perSecond, atOnce)}
		l.of[who] = one
	}
	one.used = now
	if one.AllowN(now, 1) {
		return nil
	}
	return web.Refusal{Status: http.StatusTooManyRequests, Words: "That is too much at once. Wait as long as Retry-After says, and send it again.", Again: time.Second}
}

// forget forgets limits that were not used since a time, or all where that
// leaves too many: to be forgotten is to begin afresh.
func (l *limits) forget(before time.Time) {
	for who, one := range l.of {
		if one.used.Before(before) {
			delete(l.of, who)
		}
	}
	if len(l.of) >= mostLimits {
		clear(l.of)
	}
}
