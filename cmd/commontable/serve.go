package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"commontable/internal/app"
	"commontable/internal/config"
	"commontable/internal/db"
	"commontable/internal/person/personweb"
)

type serveCommand struct {
	config.Database
	config.Server
	config.Mail
	config.OIDC
	config.CheckpointKey
}

func (serveCommand) Help() string {
	return `Example:
  commontable serve --database sqlite:./data/demonstration.db --listen 127.0.0.1:8080`
}

func (c serveCommand) Run(w *world) (err error) {
	base, err := c.URL()
	if err != nil {
		return err
	}
	server, err := mailServer(c.Mail)
	if err != nil {
		return err
	}
	staff, err := staffProvider(c.OIDC)
	if err != nil {
		return err
	}
	release, err := db.HoldForServing(c.Database.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	return w.with(c.Database, func(d *db.DB) error {
		key, err := checkpointKey(c.Database, c.CheckpointKey)
		if err != nil {
			return err
		}
		a, err := app.New(w.ctx, d, app.Options{
			Log: w.log, Now: now, BaseURL: base.String(), Secure: base.Scheme == "https", Contact: c.Contact, Help: c.Server.Help, Mail: server, Proxies: c.TrustedProxy,
			CheckpointKey: key, OIDC: staff, MetricsElsewhere: c.Metrics != "",
		})
		if err != nil {
			return err
		}
		own, err := newCertificate(w.log, c.TLSCert, c.TLSKey)
		if err != nil {
			return err
		}
		listener, err := w.listen(c.Listen)
		if err != nil {
			return err
		}
		if own != nil {
			listener = tls.NewListener(listener, own.config())
		}
		handler := a.Handler()
		if c.Metrics != "" {
			at, err := w.listen(c.Metrics)
			if err != nil {
				return err
			}
			defer func() { _ = at.Close() }() // with the program
			go w.serveMetrics(at, a.MetricsAlone())
		}
		w.say("Common Table is at %s", base)
		return w.serve(listener, a, handler)
	})
}

func staffProvider(c config.OIDC) (*personweb.OIDC, error) {
	given, err := c.Given()
	if err != nil || !given {
		return nil, err
	}
	return &personweb.OIDC{Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Name: c.Name, Now: now}, nil
}

func (w *world) listen(at string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(w.ctx, "tcp", at)
}

// server bounds what a client may take of the program's time and memory.
func (w *world) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(w.log.Handler(), slog.LevelWarn),
	}
}

func (w *world) serveMetrics(at net.Listener, metrics http.Handler) {
	if err := w.server(metrics).Serve(at); err != nil && w.ctx.Err() == nil {
		w.log.ErrorContext(w.ctx, "metrics are no longer served", "error", err)
	}
}

// serve answers until the program is told to stop, and then for as long as
// what has begun needs, within reason.
func (w *world) serve(listener net.Listener, a *app.App, handler http.Handler) error {
	server := w.server(handler)
	jobs, stopJobs := context.WithCancel(w.ctx)
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		a.Work(jobs)
	}()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-w.ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), 15*time.Second)
	defer cancel()
	stopJobs()
	if stopped := server.Shutdown(ending); stopped != nil && !errors.Is(stopped, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("stop serving: %w", stopped))
	}
	select {
	case <-worked:
	case <-ending.Done():
	}
	return err
}
