// Command commontable runs a resident-led, place-based funding programme.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // so that the clock is the United Kingdom's on any machine

	"github.com/alecthomas/kong"

	"commontable/internal/fault"
)

// Exit codes: done, found wrong, asked wrongly.
const (
	done       = 0
	foundWrong = 1
	askedWrong = 2
)

type commands struct {
	Init              initCommand              `cmd:"" help:"Begin a real programme: the first programme and the first person with a hat."`
	Serve             serveCommand             `cmd:"" help:"Serve the site."`
	Demo              demoCommand              `cmd:"" help:"Play a whole invented programme into an empty database."`
	Import            importCommand            `cmd:"" help:"Bring in data: all of a file or nothing, and the same file twice changes nothing."`
	Rules             rulesCommand             `cmd:"" help:"The rules that a programme goes by, and later versions of them."`
	Export            exportCommand            `cmd:"" help:"Take data out: 360giving or journal."`
	SignInLink        signInLinkCommand        `cmd:"" name:"signin-link" help:"Print a link and a code with which somebody who is locked out signs in once."`
	Person            personCommand            `cmd:"" help:"Add or change a person, as at the beginning."`
	Hat               hatCommand               `cmd:"" help:"Give or end a hat, as at the beginning."`
	Verify            verifyCommand            `cmd:"" help:"Check every promise that the data can prove. Exit 1 and the bad places where one is broken."`
	Checkpoint        checkpointCommand        `cmd:"" help:"Sign what all of history is now, for somebody else to keep."`
	CheckpointKey     checkpointKeyCommand     `cmd:"" help:"Print the public keys with which checkpoints are checked, or put a new key in the place of the old one."`
	CheckpointParties checkpointPartiesCommand `cmd:"" help:"Who is mailed the latest checkpoint each day: add, list or end."`
	Backup            backupCommand            `cmd:"" help:"Copy the database into one file, while the site is served, and check the copy."`
	Restore           restoreCommand           `cmd:"" help:"Put a backup where there is no database yet, and check all of it."`
	Doctor            doctorCommand            `cmd:"" help:"Say what this installation is and what it holds."`
	Routes            routesCommand            `cmd:"" help:"List every route with its policy."`
	Token             tokenCommand             `cmd:"" help:"Make a bearer token for /api/v1, or list and end a person’s."`
	Migrate           migrateCommand           `cmd:"" help:"Bring a database’s tables up to date. The other commands do it too."`
	Version           versionCommand           `cmd:"" help:"Say which version this is."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program, with what it reads and writes given.
func run(args []string, out, errs io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("commontable"), kong.Writers(out, errs), kong.Exit(func(code int) { exit = code }),
		kong.Description("Common Table: a resident-led, place-based funding programme, from the endowment to the story."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(errs, err)
		return askedWrong
	}
	k, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(errs, "commontable: %v\nTry commontable --help.\n", err)
		return askedWrong
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w := &world{ctx: ctx, out: out, errs: errs, log: slog.New(slog.NewTextHandler(errs, nil))}
	return w.exit(k.Run(w))
}

// A world is what every command is given.
type world struct {
	ctx       context.Context //nolint:containedctx // a command runs for as long as the program does
	out, errs io.Writer
	log       *slog.Logger
}

// errFound says that what was asked was done and found something wrong, which
// is printed already.
var errFound = errors.New("found wrong")

func (w *world) exit(err error) int {
	if err == nil {
		return done
	}
	if errors.Is(err, errFound) {
		return foundWrong
	}
	words, code := err.Error(), foundWrong
	if invalid, ok := errors.AsType[fault.Invalid](err); ok {
		var lines []string
		for _, x := range invalid {
			lines = append(lines, x.Field+": "+x.Words)
		}
		words, code = strings.Join(lines, "\n  "), askedWrong
	} else if public := fault.Public(err); public != "" {
		words, code = public, askedWrong
	}
	fmt.Fprintln(w.errs, "commontable: "+words)
	return code
}

func (w *world) say(format string, args ...any) { fmt.Fprintf(w.out, format+"\n", args...) }
