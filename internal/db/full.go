package db

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitelib "modernc.org/sqlite"
	sqlitecodes "modernc.org/sqlite/lib"

	"commontable/internal/fault"
)

var errUnavailable = fault.New(fault.Unavailable, "Just now nothing can be saved: the disk is full, or the database does not answer. Go back and send it again in a few minutes. What is sent twice counts once.")

var errCrowded = fault.New(fault.Unavailable, "Many people are saving at once, and yours did not get its turn. Nothing was changed. Go back and send it again.")

// unavailable tells an error that passes by itself, or when an operator makes
// room, from one that is in the program.
func unavailable(err error) error {
	if err == nil || errors.Is(err, fault.Unavailable) || !passes(err) {
		return err
	}
	return errors.Join(errUnavailable, err)
}

func passes(err error) bool {
	if errors.Is(err, errUnknown) {
		return true
	}
	if lite, ok := errors.AsType[*sqlitelib.Error](err); ok {
		switch lite.Code() & 0xff { // the rest says more exactly what
		case sqlitecodes.SQLITE_FULL, sqlitecodes.SQLITE_IOERR, sqlitecodes.SQLITE_BUSY, sqlitecodes.SQLITE_CANTOPEN:
			return true
		}
		return false
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		// 53: no room, memory or connections left; 57P: shut down or starting; 58: the system's own failure.
		return strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "58")
	}
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	return refused
}
