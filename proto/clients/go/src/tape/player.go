package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	marketdatav1 "bourse/marketdata/v1"
	orderv1 "bourse/order/v1"
	referencev1 "bourse/reference/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"venue"
)

// player does what the lines of a tape say, one after the other.
type player struct {
	ctx        context.Context
	gateway    *grpc.ClientConn
	feed       *grpc.ClientConn
	token      string
	instrument uint32
	variables  variables
	streams    map[string]*stream
	// Of the last call.
	answer   proto.Message
	answered error
	book     *venue.Book
}

func newPlayer(ctx context.Context, symbol string) (*player, error) {
	gateway, err := venue.Dial(venue.Environment("BOURSE_ORDERS", "127.0.0.1:7301"))
	if err != nil {
		return nil, err
	}
	feed, err := venue.Dial(venue.Environment("BOURSE_FEED", "127.0.0.1:7302"))
	if err != nil {
		return nil, err
	}
	p := &player{ctx: ctx, gateway: gateway, feed: feed, token: os.Getenv("BOURSE_TOKEN"), streams: make(map[string]*stream)}
	found, err := referencev1.NewReferenceClient(gateway).GetInstrument(p.loggedIn(),
		&referencev1.GetInstrumentRequest{Key: &referencev1.GetInstrumentRequest_Symbol{Symbol: symbol}})
	if err != nil {
		return nil, fmt.Errorf("instrument %s: %w", symbol, err)
	}
	p.instrument = found.Instrument.InstrumentId
	session := time.Now().UnixMilli()
	p.variables = variables{
		"session":    strconv.FormatInt(session, 10),
		"id":         strconv.FormatInt(session<<16, 10),
		"instrument": strconv.FormatUint(uint64(p.instrument), 10),
		"token":      p.token,
	}
	return p, nil
}

// loggedIn is the context of the calls to come.
func (p *player) loggedIn() context.Context {
	if p.token == "" {
		return p.ctx
	}
	return venue.WithToken(p.ctx, p.token)
}

func (p *player) endCase() {
	for name, stream := range p.streams {
		stream.cut()
		delete(p.streams, name)
	}
}

// play does one line. What is JSON stands last and may have blanks.
func (p *player) play(verb, rest string) error {
	first, others := cut(rest)
	switch verb {
	case "token":
		p.useToken(first)
		return nil
	case "send":
		return p.send(first, others)
	case "copy":
		return p.copy(first, others)
	case "call":
		return p.call(first, others)
	case "answer":
		if err := checkEnd(p.answered, "OK", ""); err != nil {
			return err
		}
		return p.check(rest, fields(p.answer), "answer")
	case "fails":
		return checkEnd(p.answered, first, others)
	case "do":
		return do(first)
	case "watch":
		p.book = new(venue.Book)
		go p.book.Follow(p.loggedIn(), marketdatav1.NewMarketDataClient(p.feed), p.instrument)
		return nil
	case "level":
		return p.level(first, others)
	}
	stream, open := p.streams[first]
	if !open {
		return fmt.Errorf("%s: no such stream: %q", verb, first)
	}
	return p.expect(stream, verb, others)
}

// expect does the lines that are about a stream that is open.
func (p *player) expect(stream *stream, verb, rest string) error {
	switch verb {
	case "event":
		event, err := stream.event()
		if err != nil {
			return err
		}
		return p.check(rest, event, verb)
	case "control":
		control, err := stream.control()
		if err != nil {
			return err
		}
		return p.check(rest, control, verb)
	case "flood":
		var first, count uint64
		if _, err := fmt.Sscan(rest, &first, &count); err != nil {
			return err
		}
		return stream.flood(first, count)
	case "applied":
		number, err := strconv.ParseUint(rest, 10, 64)
		if err != nil {
			return err
		}
		return stream.awaitApplied(number)
	case "ends":
		end, err := stream.end()
		if err != nil {
			return err
		}
		code, reason := cut(rest)
		return checkEnd(end, code, reason)
	case "close":
		return stream.session.CloseSend()
	case "cut":
		stream.cut()
		return nil
	}
	return fmt.Errorf("no such verb: %s", verb)
}

func (p *player) check(expected string, actual any, where string) error {
	wanted, err := tree(expected)
	if err != nil {
		return err
	}
	return p.variables.check(wanted, actual, where)
}

func (p *player) useToken(which string) {
	switch which {
	case "good":
		p.token = p.variables["token"]
	case "none":
		p.token = ""
	default:
		p.token = which
	}
}

func (p *player) send(name, text string) error {
	frame := new(orderv1.ClientFrame)
	if err := p.variables.parse(text, frame); err != nil {
		return err
	}
	if p.streams[name] == nil {
		opened, err := openSession(p.loggedIn(), orderv1.NewOrderEntryClient(p.gateway))
		if err != nil {
			return err
		}
		p.streams[name] = opened
	}
	// What goes wrong with a Send is told by Recv, and so by the line "ends".
	_ = p.streams[name].session.Send(frame)
	return nil
}

func (p *player) copy(name, text string) error {
	request := new(orderv1.DropCopySubscribeRequest)
	if err := p.variables.parse(text, request); err != nil {
		return err
	}
	opened, err := openCopy(p.loggedIn(), orderv1.NewDropCopyClient(p.gateway), request)
	if err == nil {
		p.streams[name] = opened
	}
	return err
}

// call asks a method by its name, as reflection would: a tape may call any.
func (p *player) call(method, text string) error {
	descriptor, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(strings.ReplaceAll(method, "/", ".")))
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	shape, is := descriptor.(protoreflect.MethodDescriptor)
	if !is {
		return fmt.Errorf("no method: %s", method)
	}
	request, err := message(shape.Input())
	if err != nil {
		return err
	}
	if err := p.variables.parse(text, request); err != nil {
		return err
	}
	if p.answer, err = message(shape.Output()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.loggedIn(), patience)
	defer cancel()
	p.answered = p.gateway.Invoke(ctx, "/"+method, request, p.answer)
	return nil
}

// message makes an empty message of the generated type.
func message(descriptor protoreflect.MessageDescriptor) (proto.Message, error) {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(descriptor.FullName())
	if err != nil {
		return nil, err
	}
	return kind.New().Interface(), nil
}

func do(what string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, os.Getenv("BOURSE_DO"), what)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("do %s: %w", what, err)
	}
	return nil
}

func (p *player) level(which, rest string) error {
	if p.book == nil {
		return errors.New("level: no book is watched")
	}
	side := marketdatav1.BookSide_BOOK_SIDE_SELL
	if which == "buy" {
		side = marketdatav1.BookSide_BOOK_SIDE_BUY
	}
	var price, quantity, found int64
	if _, err := fmt.Sscan(rest, &price, &quantity); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	err := p.book.Await(ctx, func(orders venue.Orders) bool {
		found = 0
		for _, level := range orders.Levels(side) {
			if level.Price == price {
				found = level.Quantity
			}
		}
		return found == quantity
	})
	if err != nil {
		return fmt.Errorf("%s %d: %d (expected: %d): %w", which, price, found, quantity, err)
	}
	return nil
}
