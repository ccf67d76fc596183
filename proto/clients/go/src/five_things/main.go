// The five things every client must be able to do: log in, trade, cancel, lose the connection and resume without loss, rebuild the book.
//
//	make && BOURSE_TOKEN=$(../../../bourse token --account 7) build/five_things [SYMBOL]
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"time"

	marketdatav1 "bourse/marketdata/v1"
	orderv1 "bourse/order/v1"
	referencev1 "bourse/reference/v1"
	"venue"
)

func main() {
	log.SetFlags(0)
	symbol := "DEMO"
	if len(os.Args) > 1 {
		symbol = os.Args[1]
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := run(ctx, symbol); err != nil {
		log.Fatal(err)
	}
	fmt.Println("all five")
}

func run(ctx context.Context, symbol string) error {
	sessionID, err := strconv.ParseUint(venue.Environment("BOURSE_SESSION", strconv.FormatInt(time.Now().UnixMilli(), 10)), 10, 63)
	if err != nil {
		return fmt.Errorf("BOURSE_SESSION: %w", err)
	}
	gateway, err := venue.Dial(venue.Environment("BOURSE_ORDERS", "127.0.0.1:7301"))
	if err != nil {
		return err
	}
	defer gateway.Close()
	feed, err := venue.Dial(venue.Environment("BOURSE_FEED", "127.0.0.1:7302"))
	if err != nil {
		return err
	}
	defer feed.Close()

	token := os.Getenv("BOURSE_TOKEN")
	me := venue.WithToken(ctx, token)
	found, err := referencev1.NewReferenceClient(gateway).GetInstrument(me,
		&referencev1.GetInstrumentRequest{Key: &referencev1.GetInstrumentRequest_Symbol{Symbol: symbol}})
	if err != nil {
		return fmt.Errorf("instrument %s: %w", symbol, err)
	}
	t := &trader{instrument: found.Instrument, feed: marketdatav1.NewMarketDataClient(feed), sessionID: sessionID, nextID: sessionID << 16}
	go t.book.Follow(me, t.feed, t.instrument.InstrumentId)

	// 1. Log in; with a token that is about to end, where one is given, and a newer one when the venue asks for it.
	first := venue.Environment("BOURSE_FIRST_TOKEN", token)
	t.session = &venue.Session{
		Client:    orderv1.NewOrderEntryClient(gateway),
		ID:        sessionID,
		Token:     first,
		OnEvent:   t.onEvent,
		NewToken:  func() (string, error) { return token, nil },
		Keepalive: 500 * time.Millisecond,
	}
	if err := t.session.Connect(ctx); err != nil {
		return err
	}
	// Idle for longer than the venue waits for a sign of life: only heartbeats keep the session.
	time.Sleep(2 * time.Second)
	fmt.Printf("1 logged in, session=%d\n", sessionID)

	bought, err := t.trade(ctx)
	if err != nil {
		return err
	}
	if err := t.cancel(ctx, bought); err != nil {
		return err
	}
	resting, err := t.resume(ctx)
	if err != nil {
		return err
	}
	if err := t.compare(me, resting); err != nil {
		return err
	}

	if _, err := t.send(ctx, &orderv1.Command{Command: &orderv1.Command_MassCancel{
		MassCancel: &orderv1.MassCancel{InstrumentId: t.instrument.InstrumentId}}}); err != nil {
		return err
	}
	if first != token && !t.session.Authenticated() {
		return errors.New("the newer token was not taken")
	}
	return t.session.Terminate()
}

type trader struct {
	instrument *referencev1.Instrument
	session    *venue.Session
	sessionID  uint64
	nextID     uint64
	feed       marketdatav1.MarketDataClient
	book       venue.Book

	// What the commands of this session caused. Guarded by monitor: the session tells events on a goroutine of its own.
	monitor venue.Monitor
	events  []*orderv1.Event
}

func (t *trader) onEvent(event *orderv1.Event, _ uint64) {
	if event.SessionId == t.sessionID {
		t.monitor.Do(func() { t.events = append(t.events, event) })
	}
}

// outcomes returns the events that the commands caused, from the one of this number on.
func (t *trader) outcomes(firstClientSeq uint64) []*orderv1.Event {
	var found []*orderv1.Event
	t.monitor.Do(func() {
		for _, event := range t.events {
			if event.ClientSeq >= firstClientSeq {
				found = append(found, event)
			}
		}
	})
	return found
}

func (t *trader) order(side orderv1.Side, price, quantity int64) *orderv1.Command {
	t.nextID++
	return &orderv1.Command{Command: &orderv1.Command_New{New: &orderv1.NewOrder{
		ClientOrderId: t.nextID, InstrumentId: t.instrument.InstrumentId, Side: side, Price: price, Quantity: quantity}}}
}

// send sends commands, waits until they are applied, and returns what they caused.
func (t *trader) send(ctx context.Context, commands ...*orderv1.Command) ([]*orderv1.Event, error) {
	last := t.session.Send(commands...)
	if err := t.session.AwaitApplied(ctx, last); err != nil {
		return nil, err
	}
	return t.outcomes(last + 1 - uint64(len(commands))), nil
}

// price is far from others.
func (t *trader) price() int64 {
	return t.instrument.TickSize * 850
}

// 2. Trade: two orders of ours which meet. Returns the one that is left over.
func (t *trader) trade(ctx context.Context) (orderID uint64, err error) {
	lot := t.instrument.LotSize
	events, err := t.send(ctx, t.order(orderv1.Side_SIDE_BUY, t.price(), 10*lot), t.order(orderv1.Side_SIDE_SELL, t.price(), 4*lot))
	if err != nil {
		return 0, err
	}
	executions := 0
	for _, event := range events {
		if execution := event.GetExecution(); execution != nil {
			executions++
			if execution.Side == orderv1.Side_SIDE_BUY {
				orderID = execution.OrderId
			}
		}
	}
	if executions != 2 {
		return 0, fmt.Errorf("executions: %d (expected: both sides of the trade)", executions)
	}
	fmt.Printf("2 traded %d at %d\n", 4*lot, t.price())
	return orderID, nil
}

// 3. Cancel what is left.
func (t *trader) cancel(ctx context.Context, orderID uint64) error {
	events, err := t.send(ctx, &orderv1.Command{Command: &orderv1.Command_Cancel{Cancel: &orderv1.Cancel{OrderId: orderID}}})
	if err != nil {
		return err
	}
	if len(events) != 1 || events[0].GetCancelled().GetOrderId() != orderID {
		return fmt.Errorf("the cancellation was not reported: %v", events)
	}
	fmt.Println("3 cancelled")
	return nil
}

// 4. Break the connection with commands in flight, resume: each of them applied once, each event read once. Those that are given meanwhile are more than a
// batch may have. Returns the orders.
func (t *trader) resume(ctx context.Context) (map[uint64]bool, error) {
	var commands []*orderv1.Command
	for i := int64(0); i < 1200; i++ {
		commands = append(commands, t.order(orderv1.Side_SIDE_BUY, t.price()-(1+i%50)*t.instrument.TickSize, t.instrument.LotSize))
	}
	t.session.Send(commands[:100]...)
	t.session.Break()
	last := t.session.Send(commands[100:]...)
	if err := t.session.Connect(ctx); err != nil {
		return nil, err
	}
	if err := t.session.AwaitApplied(ctx, last); err != nil {
		return nil, err
	}
	if do := venue.Environment("BOURSE_DO", ""); do != "" {
		if err := t.silence(ctx, do); err != nil {
			return nil, err
		}
	}
	accepted, numbers, orders := 0, make(map[uint64]bool), make(map[uint64]bool)
	for _, event := range t.outcomes(last - 1199) {
		if order := event.GetAccepted(); order != nil {
			accepted++
			numbers[event.ClientSeq] = true
			orders[order.OrderId] = true
		}
	}
	if accepted != 1200 || len(numbers) != 1200 || len(orders) != 1200 {
		return nil, fmt.Errorf("after resuming: %d accepted, %d numbers, %d orders (expected: 1200, each once)", accepted, len(numbers), len(orders))
	}
	fmt.Println("4 resumed, nothing lost, nothing doubled")
	return orders, nil
}

// silence is a venue that falls silent: no connection breaks, nothing is heard.
func (t *trader) silence(ctx context.Context, do string) error {
	if err := exec.Command(do, "stop").Run(); err != nil {
		return err
	}
	// Changes nothing.
	last := t.session.Send(&orderv1.Command{Command: &orderv1.Command_MassCancel{
		MassCancel: &orderv1.MassCancel{InstrumentId: t.instrument.InstrumentId, Side: orderv1.Side_SIDE_SELL}}})
	noticed := t.session.AwaitApplied(ctx, last)
	if err := exec.Command(do, "continue").Run(); err != nil {
		return err
	}
	if !errors.Is(noticed, venue.ErrSilent) {
		return fmt.Errorf("a silent venue was not noticed: %v", noticed)
	}
	fmt.Println(noticed)
	if err := t.session.Connect(ctx); err != nil {
		return err
	}
	return t.session.AwaitApplied(ctx, last)
}

// 5. The book rebuilt from the feed holds those orders, and has the levels that the venue tells when asked.
func (t *trader) compare(ctx context.Context, orders map[uint64]bool) error {
	err := t.book.Await(ctx, func(book venue.Orders) bool {
		for id := range orders {
			if _, there := book[id]; !there {
				return false
			}
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("orders are not in the rebuilt book: %w", err)
	}
	const depth = 100
	asked, err := t.feed.Snapshot(ctx, &marketdatav1.SnapshotRequest{
		InstrumentId: t.instrument.InstrumentId, Depth: marketdatav1.Depth_DEPTH_LEVELS, Levels: depth})
	if err != nil {
		return err
	}
	var told, rebuilt []venue.Level
	for _, level := range asked.Book.Bids {
		told = append(told, venue.Level{Price: level.Price, Quantity: level.Quantity})
	}
	err = t.book.Await(ctx, func(book venue.Orders) bool {
		rebuilt = book.Levels(marketdatav1.BookSide_BOOK_SIDE_BUY)
		if len(rebuilt) > depth {
			rebuilt = rebuilt[:depth]
		}
		return reflect.DeepEqual(rebuilt, told)
	})
	if err != nil {
		return fmt.Errorf("the rebuilt book differs: %v (expected: %v): %w", rebuilt, told, err)
	}
	fmt.Printf("5 book rebuilt: %d levels equal to the venue's\n", len(told))
	return nil
}
