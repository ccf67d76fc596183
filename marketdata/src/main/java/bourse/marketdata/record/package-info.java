/**
 * The feed in a file that standard tools read: pcap-ng with one interface per line, raw IPv4, nanoseconds. {@code tcpdump -r} and Wireshark show it;
 * {@link bourse.marketdata.record.FeedPlayback} feeds it to a receiver, files captured by those tools included.
 */
package bourse.marketdata.record;
