package venue

import (
	"context"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	orderv1 "bourse/order/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// gateway is a venue's gateway that does what a test says: one function for each connection, in order.
type gateway struct {
	orderv1.UnimplementedOrderEntryServer
	t       *testing.T
	streams chan func(*peer) error
}

// peer is the gateway's side of a stream.
type peer struct {
	t      *testing.T
	stream orderv1.OrderEntry_SessionServer
}

func (g *gateway) Session(stream orderv1.OrderEntry_SessionServer) error {
	return (<-g.streams)(&peer{g.t, stream})
}

// receive is the next frame of the client.
func (p *peer) receive() *orderv1.ClientFrame {
	frame, err := p.stream.Recv()
	if err != nil {
		p.t.Errorf("the client went: %v", err)
		return &orderv1.ClientFrame{}
	}
	return frame
}

// establish answers the first frame, and returns the first event that the client wants.
func (p *peer) establish(ack *orderv1.EstablishAck) uint64 {
	establish := p.receive().GetEstablish()
	if ack.KeepaliveMs == 0 {
		ack.KeepaliveMs = 10_000
	}
	p.send(&orderv1.ServerFrame{Control: &orderv1.ServerFrame_EstablishAck{EstablishAck: ack}})
	return establish.GetNextAccountSeq()
}

func (p *peer) send(frame *orderv1.ServerFrame) {
	if err := p.stream.Send(frame); err != nil {
		p.t.Errorf("not sent: %v", err)
	}
}

// numbers is the first number of the next batch, and how many commands it has.
func (p *peer) numbers() [2]uint64 {
	batch := p.receive().GetBatch()
	return [2]uint64{batch.GetFirstClientSeq(), uint64(len(batch.GetCommands()))}
}

// journal has the numbers of the events that a session told.
type journal struct {
	accountSeqs, clientSeqs []uint64
}

// sessionWith is a session with a gateway that does this.
func sessionWith(t *testing.T, streams ...func(*peer) error) (*Session, *journal, context.Context) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ours := &gateway{t: t, streams: make(chan func(*peer) error, len(streams))}
	for _, stream := range streams {
		ours.streams <- stream
	}
	server := grpc.NewServer()
	orderv1.RegisterOrderEntryServer(server, ours)
	go server.Serve(listener)
	connection, err := Dial(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(func() {
		cancel()
		connection.Close()
		server.Stop()
	})
	seen := new(journal)
	return &Session{Client: orderv1.NewOrderEntryClient(connection), ID: 7, Token: "first", OnEvent: func(event *orderv1.Event, accountSeq uint64) {
		seen.accountSeqs = append(seen.accountSeqs, accountSeq)
		seen.clientSeqs = append(seen.clientSeqs, event.ClientSeq)
	}}, seen, ctx
}

func commands(count int) []*orderv1.Command {
	some := make([]*orderv1.Command, count)
	for i := range some {
		some[i] = &orderv1.Command{Command: &orderv1.Command_Cancel{Cancel: &orderv1.Cancel{OrderId: uint64(i + 1)}}}
	}
	return some
}

func event(clientSeq uint64) []*orderv1.Event {
	return []*orderv1.Event{{ClientSeq: clientSeq, SessionId: 7}}
}

func TestSessionResumesWithoutLoss(t *testing.T) {
	session, seen, ctx := sessionWith(t,
		func(p *peer) error {
			if wanted := p.establish(&orderv1.EstablishAck{NextClientSeq: 1}); wanted != 1 {
				t.Errorf("wanted: %d (expected: every event)", wanted)
			}
			if batch := p.numbers(); batch != [2]uint64{1, 3} {
				t.Errorf("batch: %v (expected: 1 to 3)", batch)
			}
			p.send(&orderv1.ServerFrame{FirstAccountSeq: 1, AppliedClientSeq: 1, Events: event(1)})
			return status.Error(codes.Unavailable, "a broken cable")
		},
		func(p *peer) error {
			// The second command was applied, and what became of it was not read; the third never arrived.
			if wanted := p.establish(&orderv1.EstablishAck{NextClientSeq: 3, LastAccountSeq: 2}); wanted != 2 {
				t.Errorf("wanted: %d (expected: the one after the last that was read)", wanted)
			}
			if batch := p.numbers(); batch != [2]uint64{3, 1} {
				t.Errorf("batch: %v (expected: the third command again, alone)", batch)
			}
			p.send(&orderv1.ServerFrame{FirstAccountSeq: 1, AppliedClientSeq: 2, Events: append(event(1), event(2)...)})
			p.send(&orderv1.ServerFrame{FirstAccountSeq: 3, AppliedClientSeq: 3, Events: event(3)})
			if p.receive().GetTerminate() == nil {
				t.Error("no Terminate")
			}
			return nil
		})

	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	last := session.Send(commands(3)...)
	if err := session.AwaitApplied(ctx, last); err == nil || !strings.Contains(err.Error(), "a broken cable") {
		t.Fatalf("error: %v (expected: why the stream ended)", err)
	}
	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := session.AwaitApplied(ctx, last); err != nil {
		t.Fatal(err)
	}
	if err := session.Terminate(); err != nil {
		t.Fatal(err)
	}
	if each := []uint64{1, 2, 3}; !reflect.DeepEqual(seen.accountSeqs, each) || !reflect.DeepEqual(seen.clientSeqs, each) {
		t.Errorf("events: %v of %v (expected: each once)", seen.accountSeqs, seen.clientSeqs)
	}
}

func TestSessionDoesNotTakeThePastForThePresent(t *testing.T) {
	pastRead := make(chan struct{})
	session, seen, ctx := sessionWith(t, func(p *peer) error {
		p.establish(&orderv1.EstablishAck{NextClientSeq: 2, LastAccountSeq: 2})
		// Counts a command already whose event comes later.
		p.send(&orderv1.ServerFrame{FirstAccountSeq: 1, AppliedClientSeq: 1, Events: event(0)})
		<-pastRead
		p.send(&orderv1.ServerFrame{FirstAccountSeq: 2, AppliedClientSeq: 1, Events: event(1)})
		p.receive()
		return nil
	})
	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := session.AwaitApplied(short, 1); err == nil {
		t.Error("applied, and its event was not read")
	}
	close(pastRead)
	if err := session.AwaitApplied(ctx, 1); err != nil {
		t.Error(err)
	}
	if err := session.Terminate(); err != nil {
		t.Error(err)
	}
	if !reflect.DeepEqual(seen.clientSeqs, []uint64{0, 1}) {
		t.Errorf("events of commands %v (expected: 0, 1)", seen.clientSeqs)
	}
}

func TestSessionTellsOfAHole(t *testing.T) {
	session, _, ctx := sessionWith(t, func(p *peer) error {
		p.establish(&orderv1.EstablishAck{NextClientSeq: 1})
		p.send(&orderv1.ServerFrame{FirstAccountSeq: 1, Events: event(0)})
		p.send(&orderv1.ServerFrame{FirstAccountSeq: 3, Events: event(0)})
		<-p.stream.Context().Done()
		return nil
	})
	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := session.AwaitApplied(ctx, 1); err == nil || !strings.Contains(err.Error(), "account_seq=3") {
		t.Errorf("error: %v (expected: the hole)", err)
	}
}

func TestSessionSendsBatchesThatAVenueTakes(t *testing.T) {
	batches := make(chan [2]uint64, 3)
	session, _, ctx := sessionWith(t, func(p *peer) error {
		p.establish(&orderv1.EstablishAck{NextClientSeq: 11})
		for i := 0; i < cap(batches); i++ {
			batches <- p.numbers()
		}
		p.send(&orderv1.ServerFrame{AppliedClientSeq: 610})
		p.receive()
		return nil
	})
	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := session.AwaitApplied(ctx, session.Send(commands(600)...)); err != nil {
		t.Fatal(err)
	}
	if err := session.Terminate(); err != nil {
		t.Fatal(err)
	}
	if kept := len(session.unapplied); kept != 0 {
		t.Errorf("kept: %d commands that were applied", kept)
	}
	for _, expected := range [][2]uint64{{11, 256}, {267, 256}, {523, 88}} {
		if batch := <-batches; batch != expected {
			t.Errorf("batch: %v (expected: %v)", batch, expected)
		}
	}
}

func TestSessionGoesOnWithANewerToken(t *testing.T) {
	expectToken := func(p *peer, token string) {
		sent, _ := metadata.FromIncomingContext(p.stream.Context())
		if sent := sent.Get("authorization"); !reflect.DeepEqual(sent, []string{"Bearer " + token}) {
			t.Errorf("token: %v (expected: %s)", sent, token)
		}
	}
	session, _, ctx := sessionWith(t,
		func(p *peer) error {
			expectToken(p, "first")
			p.establish(&orderv1.EstablishAck{NextClientSeq: 1})
			p.send(&orderv1.ServerFrame{Control: &orderv1.ServerFrame_TokenExpiring{TokenExpiring: &orderv1.TokenExpiring{}}})
			if token := p.receive().GetAuthenticate().GetToken(); token != "newer" {
				t.Errorf("token: %q (expected: newer)", token)
			}
			p.send(&orderv1.ServerFrame{AppliedClientSeq: 1, Control: &orderv1.ServerFrame_Authenticated{Authenticated: &orderv1.Authenticated{}}})
			<-p.stream.Context().Done()
			return nil
		},
		func(p *peer) error {
			expectToken(p, "newer")
			p.establish(&orderv1.EstablishAck{NextClientSeq: 1})
			p.receive()
			return nil
		})
	session.NewToken = func() (string, error) { return "newer", nil }
	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := session.AwaitApplied(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if !session.Authenticated() {
		t.Error("the newer token was not taken")
	}
	session.Break()
	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := session.Terminate(); err != nil {
		t.Fatal(err)
	}
}

func TestSessionGivesSignsOfLifeAndGivesUpASilentVenue(t *testing.T) {
	heartbeats := make(chan bool, 1)
	session, _, ctx := sessionWith(t, func(p *peer) error {
		p.establish(&orderv1.EstablishAck{NextClientSeq: 1, KeepaliveMs: 100})
		heartbeats <- p.receive().GetHeartbeat() != nil
		<-p.stream.Context().Done()
		return nil
	})
	if err := session.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := session.AwaitApplied(ctx, 1); err == nil || !strings.Contains(err.Error(), "nothing was heard for 300ms") {
		t.Errorf("error: %v (expected: that the venue is silent)", err)
	}
	if !<-heartbeats {
		t.Error("something else than a heartbeat")
	}
}
