package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"commontable/internal/app"
	"commontable/internal/config"
	"commontable/internal/db"
)

type serveCommand struct {
	config.Database
	config.Server
	config.Mail
	config.CheckpointKey
}

func (serveCommand) Help() string {
	return `Example:
  commontable serve --database sqlite:./data/demonstration.db --listen 127.0.0.1:8080`
}

func (c serveCommand) Run(w *world) error {
	base, err := c.URL()
	if err != nil {
		return err
	}
	server, err := mailServer(c.Mail)
	if err != nil {
		return err
	}
	return w.with(c.Database, func(d *db.DB) error {
		key, err := checkpointKey(c.Database, c.CheckpointKey)
		if err != nil {
			return err
		}
		a, err := app.New(w.ctx, d, app.Options{
			Log: w.log, Now: now, BaseURL: base.String(), Secure: base.Scheme == "https", Contact: c.Contact, Help: c.Server.Help, Mail: server, Proxies: c.TrustedProxy,
			CheckpointKey: key,
		})
		if err != nil {
			return err
		}
		listener, err := (&net.ListenConfig{}).Listen(w.ctx, "tcp", c.Listen)
		if err != nil {
			return err
		}
		w.say("Common Table is at %s", base)
		return w.serve(listener, a)
	})
}

// serve answers until the program is told to stop, and then for as long as
// what has begun needs, within reason.
func (w *world) serve(listener net.Listener, a *app.App) error {
	server := &http.Server{
		Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
	}
	jobs, stopJobs := context.WithCancel(w.ctx)
	defer stopJobs()
	go a.Work(jobs)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-w.ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), 15*time.Second)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
