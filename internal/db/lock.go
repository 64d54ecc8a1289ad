package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"commontable/internal/fault"
)

// lockMigrations keeps two programs from migrating one SQLite file at once.
// PostgreSQL has a lock of its own for that.
func (d *DB) lockMigrations() (unlock func() error, err error) {
	path, ok := sqlitePath(d.dsn)
	if !ok {
		return func() error { return nil }, nil
	}
	file, err := lockFile(path+".lock", syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	return file.Close, nil // closing gives the lock back
}

// HoldForServing keeps a second program from serving the same SQLite file. What
// it holds is given back when the program ends, however it ends. Several may
// serve one PostgreSQL database.
func HoldForServing(dsn string) (release func() error, err error) {
	path, ok := sqlitePath(dsn)
	if !ok {
		return func() error { return nil }, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("hold database: %w", err)
	}
	file, err := lockFile(path+".serving", syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fault.New(fault.Conflict, fmt.Sprintf("Another program serves %s already%s. Stop it first: two would not know of each other’s work. To serve from several machines, use PostgreSQL.", path, holder(path+".serving")))
	}
	if err != nil {
		return nil, fmt.Errorf("hold database: %w", err)
	}
	me := strconv.Itoa(os.Getpid()) + "\n"
	if err := errors.Join(file.Truncate(0), writeAt(file, me)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

// holder names the process that holds a lock, as it wrote it there.
func holder(path string) string {
	text, err := os.ReadFile(path) //nolint:gosec // beside the database that the operator named
	if pid := strings.TrimSpace(string(text)); err == nil && pid != "" {
		return " (process " + pid + ")"
	}
	return ""
}

func lockFile(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // beside the database that the operator named
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), how); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// RefuseNetwork refuses an SQLite database on a file system that another
// machine serves: locks and the shared memory of the write-ahead log do not
// hold there, and what was committed can be lost.
func RefuseNetwork(dsn string) error {
	path, ok := sqlitePath(dsn)
	if !ok {
		return nil
	}
	folder := filepath.Dir(path)
	for {
		if _, err := os.Stat(folder); err == nil || filepath.Dir(folder) == folder {
			break
		}
		folder = filepath.Dir(folder) // it is made when the database is opened
	}
	if kind := networkFileSystem(folder); kind != "" {
		return fault.Invalid{{Field: "--database", Words: fmt.Sprintf("%s is on a network file system (%s), on which SQLite can lose what it has saved. Put the file on a disk of this machine, or use PostgreSQL. If you are sure that no other machine uses it: --allow-network-file-system", path, kind)}}
	}
	return nil
}
