/**
 * From the engine's events to packets: {@link bourse.marketdata.publisher.EventTranslator} makes public messages,
 * {@link bourse.marketdata.publisher.PacketPublisher} packs and sends them on both lines.
 *
 * <p>Hot path: no allocation per message. Thread: the market-data agent's.
 */
package bourse.marketdata.publisher;
