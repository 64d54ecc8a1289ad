package db

import (
	"errors"
	"os"
	"syscall"
)

// lockMigrations keeps two programs from migrating one SQLite file at once.
// PostgreSQL has a lock of its own for that.
func (d *DB) lockMigrations() (unlock func() error, err error) {
	path, ok := sqlitePath(d.dsn)
	if !ok {
		return func() error { return nil }, nil
	}
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // beside the database that the operator named
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil // closing gives the lock back
}
