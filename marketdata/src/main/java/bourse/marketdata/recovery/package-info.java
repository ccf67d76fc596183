/**
 * How receivers get back what they missed: answers to re-requests from the ring of recent messages, and snapshots of the folded books, in a
 * cycle and on request. Thread: the market-data agent's. No allocation per packet; snapshot buffers grow with the books.
 */
package bourse.marketdata.recovery;
