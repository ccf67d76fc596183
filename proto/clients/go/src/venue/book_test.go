package venue

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	marketdatav1 "bourse/marketdata/v1"
)

const (
	buy  = marketdatav1.BookSide_BOOK_SIDE_BUY
	sell = marketdatav1.BookSide_BOOK_SIDE_SELL
)

// bookOf has the orders 1 (buy 10 at 600), 2 (buy 5 at 600) and 3 (sell 7 at 650) at feed_seq 20.
func bookOf(t *testing.T) *Book {
	t.Helper()
	book := new(Book)
	err := book.take(&marketdatav1.SubscribeResponse{Update: &marketdatav1.SubscribeResponse_Snapshot{Snapshot: &marketdatav1.BookSnapshot{
		FeedSeq: 20, Orders: []*marketdatav1.BookOrder{
			{OrderId: 1, Side: buy, Price: 600, Quantity: 10},
			{OrderId: 2, Side: buy, Price: 600, Quantity: 5},
			{OrderId: 3, Side: sell, Price: 650, Quantity: 7},
		}}}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func messages(messages ...*marketdatav1.FeedMessage) *marketdatav1.SubscribeResponse {
	return &marketdatav1.SubscribeResponse{Update: &marketdatav1.SubscribeResponse_Messages{Messages: &marketdatav1.FeedMessages{Messages: messages}}}
}

func TestBookAppliesEachMessage(t *testing.T) {
	add := &marketdatav1.FeedMessage_Add{Add: &marketdatav1.AddOrder{OrderId: 4, Side: buy, Price: 601, Quantity: 3}}
	reduce := &marketdatav1.FeedMessage_Reduce{Reduce: &marketdatav1.ReduceOrder{OrderId: 1, Quantity: 6}}
	reduceToNothing := &marketdatav1.FeedMessage_Reduce{Reduce: &marketdatav1.ReduceOrder{OrderId: 1}}
	remove := &marketdatav1.FeedMessage_Delete{Delete: &marketdatav1.DeleteOrder{OrderId: 2}}
	replace := &marketdatav1.FeedMessage_Replace{Replace: &marketdatav1.ReplaceOrder{OrderId: 2, Side: buy, Price: 599, Quantity: 8}}
	trade := &marketdatav1.FeedMessage_Trade{Trade: &marketdatav1.Trade{MakerOrderId: 1, TakerOrderId: 9, Quantity: 4}}
	tradeAll := &marketdatav1.FeedMessage_Trade{Trade: &marketdatav1.Trade{MakerOrderId: 2, TakerOrderId: 9, Quantity: 5}}
	hidden := &marketdatav1.FeedMessage_Trade{Trade: &marketdatav1.Trade{MakerOrderId: 8, TakerOrderId: 9, Quantity: 4, MakerHidden: true}}
	auction := &marketdatav1.FeedMessage_Trade{Trade: &marketdatav1.Trade{MakerOrderId: 1, TakerOrderId: 3, Quantity: 7, TakerResting: true}}

	for _, test := range []struct {
		name        string
		message     *marketdatav1.FeedMessage
		buys, sells []Level
	}{
		{"add", &marketdatav1.FeedMessage{Message: add}, []Level{{601, 3}, {600, 15}}, []Level{{650, 7}}},
		{"reduce", &marketdatav1.FeedMessage{Message: reduce}, []Level{{600, 11}}, []Level{{650, 7}}},
		{"reduce to nothing", &marketdatav1.FeedMessage{Message: reduceToNothing}, []Level{{600, 5}}, []Level{{650, 7}}},
		{"delete", &marketdatav1.FeedMessage{Message: remove}, []Level{{600, 10}}, []Level{{650, 7}}},
		{"replace", &marketdatav1.FeedMessage{Message: replace}, []Level{{600, 10}, {599, 8}}, []Level{{650, 7}}},
		{"trade", &marketdatav1.FeedMessage{Message: trade}, []Level{{600, 11}}, []Level{{650, 7}}},
		{"trade of a whole order", &marketdatav1.FeedMessage{Message: tradeAll}, []Level{{600, 10}}, []Level{{650, 7}}},
		{"trade with a hidden order", &marketdatav1.FeedMessage{Message: hidden}, []Level{{600, 15}}, []Level{{650, 7}}},
		{"trade of an auction", &marketdatav1.FeedMessage{Message: auction}, []Level{{600, 8}}, []Level{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			book := bookOf(t)
			test.message.FeedSeq = 21
			if err := book.take(messages(test.message)); err != nil {
				t.Fatal(err)
			}
			if buys := book.orders.Levels(buy); !reflect.DeepEqual(buys, test.buys) {
				t.Errorf("buys: %v (expected: %v)", buys, test.buys)
			}
			if sells := book.orders.Levels(sell); !reflect.DeepEqual(sells, test.sells) {
				t.Errorf("sells: %v (expected: %v)", sells, test.sells)
			}
		})
	}
}

func TestBookLeavesOutWhatItsSnapshotHas(t *testing.T) {
	book := bookOf(t)
	remove := func(feedSeq, orderID uint64) *marketdatav1.FeedMessage {
		return &marketdatav1.FeedMessage{FeedSeq: feedSeq, Message: &marketdatav1.FeedMessage_Delete{Delete: &marketdatav1.DeleteOrder{OrderId: orderID}}}
	}
	if err := book.take(messages(remove(20, 1), remove(21, 2))); err != nil {
		t.Fatal(err)
	}
	if levels := book.orders.Levels(buy); !reflect.DeepEqual(levels, []Level{{600, 10}}) {
		t.Errorf("buys: %v (expected: order 1 alone)", levels)
	}
}

func TestBookTellsOfAnOrderThatIsNotThere(t *testing.T) {
	book := bookOf(t)
	err := book.take(messages(&marketdatav1.FeedMessage{FeedSeq: 21,
		Message: &marketdatav1.FeedMessage_Reduce{Reduce: &marketdatav1.ReduceOrder{OrderId: 77, Quantity: 1}}}))
	if err == nil || !strings.Contains(err.Error(), "order_id=77") {
		t.Errorf("error: %v (expected: one that names order 77)", err)
	}
}

func TestBookAwaitsAnOrder(t *testing.T) {
	book := bookOf(t)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	go book.take(messages(&marketdatav1.FeedMessage{FeedSeq: 21,
		Message: &marketdatav1.FeedMessage_Add{Add: &marketdatav1.AddOrder{OrderId: 4, Side: buy, Price: 601, Quantity: 3}}}))
	if err := book.Await(ctx, func(orders Orders) bool { return orders[4].Quantity == 3 }); err != nil {
		t.Error(err)
	}
}
