package venue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	orderv1 "bourse/order/v1"
)

// The venue takes 512 commands and 64 KiB in one batch. A command has at most 192 bytes, so this many always fit.
const batchCommands = 256

// Session keeps what was sent and not applied, and the number of the last event read; Connect goes on from there. Set the fields, connect, then
// call the methods from one goroutine. When AwaitApplied tells that the stream ended, connect again.
type Session struct {
	Client orderv1.OrderEntryClient
	ID     uint64
	Token  string
	// OnEvent gets every event of the account once, in order, beginning with the account's first, on the reading goroutine. It must return
	// soon, and leave the session's methods to their goroutine.
	OnEvent func(event *orderv1.Event, accountSeq uint64)
	// NewToken, where set, is asked for a newer token when the one that the stream was opened with is about to end.
	NewToken func() (string, error)
	// Keepalive is the silence after which a heartbeat is sent; a venue that says nothing for three such times is taken for lost. 0 = the venue's own.
	Keepalive time.Duration

	conn          *connection
	nextClientSeq uint64

	// Of the reading goroutine; of Connect, while there is none.
	lastRead uint64
	present  uint64

	// The rest is shared, and guarded by monitor.
	monitor       Monitor
	unapplied     []sent
	applied       uint64
	newerToken    string
	authenticated bool
	failure       error
}

// ErrSilent says that the venue gave no sign of life.
var ErrSilent = errors.New("nothing was heard")

// sent is a command with its number, kept for the case that it has to be sent again.
type sent struct {
	clientSeq uint64
	command   *orderv1.Command
}

// connection is one stream: one goroutine reads it, one writes it.
type connection struct {
	ctx      context.Context
	cancel   context.CancelFunc
	stream   orderv1.OrderEntry_SessionClient
	outbound chan *orderv1.ClientFrame
	ended    chan struct{}
}

// Connect opens a stream, resumes, and sends again what the venue has not applied. The stream lives no longer than the context.
func (s *Session) Connect(ctx context.Context) error {
	s.Break()
	s.monitor.Do(func() {
		s.failure = nil
		if s.newerToken != "" {
			s.Token = s.newerToken
		}
	})
	ctx, cancel := context.WithCancel(WithToken(ctx, s.Token))
	conn := &connection{ctx: ctx, cancel: cancel, outbound: make(chan *orderv1.ClientFrame), ended: make(chan struct{})}
	ack, err := s.establish(conn)
	if err != nil {
		cancel()
		return fmt.Errorf("not established: %w", err)
	}
	keepalive := time.Duration(ack.KeepaliveMs) * time.Millisecond
	go conn.write(keepalive)
	go s.read(conn, keepalive)
	s.conn = conn
	s.nextClientSeq = ack.NextClientSeq
	s.Send(s.takeUnapplied(ack.NextClientSeq)...)
	return nil
}

func (s *Session) establish(conn *connection) (*orderv1.EstablishAck, error) {
	stream, err := s.Client.Session(conn.ctx)
	if err != nil {
		return nil, err
	}
	conn.stream = stream
	// What goes wrong with a Send is told by Recv.
	_ = stream.Send(&orderv1.ClientFrame{Frame: &orderv1.ClientFrame_Establish{
		Establish: &orderv1.Establish{SessionId: s.ID, NextAccountSeq: s.lastRead + 1, KeepaliveMs: uint32(s.Keepalive.Milliseconds())}}})
	for {
		frame, err := stream.Recv()
		if err != nil {
			return nil, err
		}
		if err := s.take(conn, frame); err != nil {
			return nil, err
		}
		if ack := frame.GetEstablishAck(); ack != nil {
			return ack, nil
		}
	}
}

// takeUnapplied empties the list of what was sent, and returns those commands that the venue does not have.
func (s *Session) takeUnapplied(nextClientSeq uint64) []*orderv1.Command {
	var again []*orderv1.Command
	s.monitor.Do(func() {
		for _, one := range s.unapplied {
			if one.clientSeq >= nextClientSeq {
				again = append(again, one.command)
			}
		}
		s.unapplied = nil
	})
	return again
}

// Send sends commands, in batches, and returns the number of the last. Where the connection breaks, Connect sends them again: AwaitApplied tells. While it is
// broken they are kept for the next one.
func (s *Session) Send(commands ...*orderv1.Command) uint64 {
	for len(commands) > 0 {
		batch := commands
		if len(batch) > batchCommands {
			batch = batch[:batchCommands]
		}
		commands = commands[len(batch):]
		first := s.nextClientSeq
		s.nextClientSeq += uint64(len(batch))
		s.monitor.Do(func() {
			for i, command := range batch {
				s.unapplied = append(s.unapplied, sent{first + uint64(i), command})
			}
		})
		if s.conn == nil {
			continue
		}
		s.conn.send(&orderv1.ClientFrame{Frame: &orderv1.ClientFrame_Batch{Batch: &orderv1.Batch{FirstClientSeq: first, Commands: batch}}})
	}
	return s.nextClientSeq - 1
}

// AwaitApplied waits until the command of that number, and so all before it, has been applied and its events were read.
func (s *Session) AwaitApplied(ctx context.Context, clientSeq uint64) error {
	var applied uint64
	var failure error
	err := s.monitor.Await(ctx, func() bool {
		applied, failure = s.applied, s.failure
		return applied >= clientSeq || failure != nil
	})
	if applied >= clientSeq {
		return nil
	}
	if failure != nil {
		err = failure
	}
	return fmt.Errorf("applied: %d (expected: %d): %w", applied, clientSeq, err)
}

// Authenticated tells whether a newer token was taken.
func (s *Session) Authenticated() bool {
	var authenticated bool
	s.monitor.Do(func() { authenticated = s.authenticated })
	return authenticated
}

// Break drops the connection as a broken cable would.
func (s *Session) Break() {
	if s.conn != nil {
		s.conn.cancel()
		<-s.conn.ended
		s.conn = nil
	}
}

// Terminate ends the session in order, and waits for its end.
func (s *Session) Terminate() error {
	s.conn.send(&orderv1.ClientFrame{Frame: &orderv1.ClientFrame_Terminate{Terminate: &orderv1.Terminate{}}})
	<-s.conn.ended
	s.conn = nil
	var failure error
	s.monitor.Do(func() { failure = s.failure })
	if failure == io.EOF {
		return nil
	}
	return failure
}

// read takes what the venue says until the stream ends; without a sign of life it ends it.
func (s *Session) read(conn *connection, keepalive time.Duration) {
	defer close(conn.ended)
	defer conn.cancel()
	silence := time.AfterFunc(3*keepalive, conn.cancel)
	for {
		frame, err := conn.stream.Recv()
		if heard := silence.Reset(3 * keepalive); err != nil && !heard {
			err = fmt.Errorf("%w for %v", ErrSilent, 3*keepalive)
		}
		if err == nil {
			err = s.take(conn, frame)
		}
		if err != nil {
			silence.Stop()
			s.monitor.Do(func() { s.failure = err })
			return
		}
	}
}

func (s *Session) take(conn *connection, frame *orderv1.ServerFrame) error {
	switch control := frame.Control.(type) {
	case *orderv1.ServerFrame_EstablishAck:
		// Up to here the events are the past, of commands that applied_client_seq may count already.
		s.present = control.EstablishAck.LastAccountSeq
	case *orderv1.ServerFrame_OpenOrders:
		// The events before are no longer kept: a real program would take over the list.
		s.lastRead = control.OpenOrders.AsOfSeq
	case *orderv1.ServerFrame_NotApplied:
		// A real program would wait where it is told to, and send again from the expected number on.
		return fmt.Errorf("not applied: %v", control.NotApplied)
	case *orderv1.ServerFrame_TokenExpiring:
		if s.NewToken != nil {
			go s.authenticate(conn)
		}
	}
	for i, event := range frame.Events {
		accountSeq := frame.FirstAccountSeq + uint64(i)
		if accountSeq <= s.lastRead {
			continue
		}
		if s.lastRead != 0 && accountSeq != s.lastRead+1 {
			return fmt.Errorf("hole: account_seq=%d, last_read=%d", accountSeq, s.lastRead)
		}
		s.lastRead = accountSeq
		s.OnEvent(event, accountSeq)
	}
	s.monitor.Do(func() {
		s.authenticated = s.authenticated || frame.GetAuthenticated() != nil
		if s.lastRead >= s.present && frame.AppliedClientSeq > s.applied {
			s.applied = frame.AppliedClientSeq
		}
		for len(s.unapplied) > 0 && s.unapplied[0].clientSeq <= s.applied {
			s.unapplied = s.unapplied[1:]
		}
	})
	return nil
}

// authenticate goes on with a newer token; without one the venue ends the stream, and says why.
func (s *Session) authenticate(conn *connection) {
	token, err := s.NewToken()
	if err != nil {
		return
	}
	s.monitor.Do(func() { s.newerToken = token })
	conn.send(&orderv1.ClientFrame{Frame: &orderv1.ClientFrame_Authenticate{Authenticate: &orderv1.Authenticate{Token: token}}})
}

func (c *connection) send(frame *orderv1.ClientFrame) {
	select {
	case c.outbound <- frame:
	case <-c.ctx.Done():
	}
}

// write sends what there is to send, and a sign of life every so often, until the stream ends.
func (c *connection) write(keepalive time.Duration) {
	heartbeat := &orderv1.ClientFrame{Frame: &orderv1.ClientFrame_Heartbeat{Heartbeat: &orderv1.Heartbeat{}}}
	ticker := time.NewTicker(keepalive)
	defer ticker.Stop()
	for {
		frame := heartbeat
		select {
		case frame = <-c.outbound:
		case <-ticker.C:
		case <-c.ctx.Done():
			return
		}
		if c.stream.Send(frame) != nil {
			return
		}
		if frame.GetTerminate() != nil {
			_ = c.stream.CloseSend()
			return
		}
	}
}
