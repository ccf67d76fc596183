package venue

import (
	"context"
	"fmt"
	"sort"

	marketdatav1 "bourse/marketdata/v1"
)

// Order is what the public sees of an order.
type Order struct {
	Side     marketdatav1.BookSide
	Price    int64
	Quantity int64
}

// Orders has the orders of a book by their ids.
type Orders map[uint64]Order

// Level is the quantity of all orders at one price.
type Level struct {
	Price    int64
	Quantity int64
}

// Levels adds up one side, best price first.
func (o Orders) Levels(side marketdatav1.BookSide) []Level {
	quantities := make(map[int64]int64)
	for _, order := range o {
		if order.Side == side {
			quantities[order.Price] += order.Quantity
		}
	}
	levels := make([]Level, 0, len(quantities))
	for price, quantity := range quantities {
		levels = append(levels, Level{price, quantity})
	}
	sort.Slice(levels, func(i, j int) bool {
		if side == marketdatav1.BookSide_BOOK_SIDE_BUY {
			return levels[i].Price > levels[j].Price
		}
		return levels[i].Price < levels[j].Price
	})
	return levels
}

// Book is the book of one instrument, order by order. Its zero value is empty and follows nothing.
type Book struct {
	monitor     Monitor
	orders      Orders
	lastFeedSeq uint64
	failure     error
}

// Follow keeps the book like the venue's until the stream or the context ends, and returns why.
func (b *Book) Follow(ctx context.Context, client marketdatav1.MarketDataClient, instrumentID uint32) error {
	err := b.follow(ctx, client, instrumentID)
	b.monitor.Do(func() { b.failure = err })
	return err
}

func (b *Book) follow(ctx context.Context, client marketdatav1.MarketDataClient, instrumentID uint32) error {
	// Where this returns before the venue has ended the stream, the venue is told.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	updates, err := client.Subscribe(ctx, &marketdatav1.SubscribeRequest{InstrumentIds: []uint32{instrumentID}, Depth: marketdatav1.Depth_DEPTH_ORDERS})
	if err != nil {
		return err
	}
	for {
		update, err := updates.Recv()
		if err != nil {
			return err
		}
		if err := b.take(update); err != nil {
			return err
		}
	}
}

// Await waits until the book's orders are as the condition wants them. The condition must not keep them: the book goes on.
func (b *Book) Await(ctx context.Context, condition func(Orders) bool) error {
	var holds bool
	var failure error
	err := b.monitor.Await(ctx, func() bool {
		holds, failure = condition(b.orders), b.failure
		return holds || failure != nil
	})
	if !holds && failure != nil {
		return fmt.Errorf("the feed ended: %w", failure)
	}
	return err
}

// take takes a snapshot, which comes first, or messages, of which those that the snapshot has already are left out.
func (b *Book) take(update *marketdatav1.SubscribeResponse) error {
	var err error
	b.monitor.Do(func() {
		if snapshot := update.GetSnapshot(); snapshot != nil {
			b.orders = make(Orders, len(snapshot.Orders))
			for _, order := range snapshot.Orders {
				b.orders[order.OrderId] = Order{order.Side, order.Price, order.Quantity}
			}
			b.lastFeedSeq = snapshot.FeedSeq
		}
		for _, message := range update.GetMessages().GetMessages() {
			if message.FeedSeq <= b.lastFeedSeq {
				continue
			}
			b.lastFeedSeq = message.FeedSeq
			if err = b.apply(message); err != nil {
				err = fmt.Errorf("feed_seq=%d: %w", message.FeedSeq, err)
				return
			}
		}
	})
	return err
}

func (b *Book) apply(message *marketdatav1.FeedMessage) error {
	switch what := message.Message.(type) {
	case *marketdatav1.FeedMessage_Add:
		b.orders[what.Add.OrderId] = Order{what.Add.Side, what.Add.Price, what.Add.Quantity}
	case *marketdatav1.FeedMessage_Replace:
		// An order that was not in the public book enters it this way, too.
		b.orders[what.Replace.OrderId] = Order{what.Replace.Side, what.Replace.Price, what.Replace.Quantity}
	case *marketdatav1.FeedMessage_Delete:
		delete(b.orders, what.Delete.OrderId)
	case *marketdatav1.FeedMessage_Reduce:
		return b.resize(what.Reduce.OrderId, func(int64) int64 { return what.Reduce.Quantity })
	case *marketdatav1.FeedMessage_Trade:
		less := func(quantity int64) int64 { return quantity - what.Trade.Quantity }
		if !what.Trade.MakerHidden {
			if err := b.resize(what.Trade.MakerOrderId, less); err != nil {
				return err
			}
		}
		if what.Trade.TakerResting {
			return b.resize(what.Trade.TakerOrderId, less)
		}
	}
	return nil
}

// resize gives an order another quantity; with nothing left it is gone.
func (b *Book) resize(orderID uint64, quantity func(int64) int64) error {
	order, known := b.orders[orderID]
	if !known {
		return fmt.Errorf("order not in the book, order_id=%d", orderID)
	}
	if order.Quantity = quantity(order.Quantity); order.Quantity > 0 {
		b.orders[orderID] = order
	} else {
		delete(b.orders, orderID)
	}
	return nil
}
