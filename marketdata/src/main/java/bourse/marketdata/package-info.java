/**
 * The market-data service: reads the engine's event stream, folds the public books, and tells everyone. One agent thread owns the feed,
 * the books, the packets and every subscriber's queue ({@link bourse.marketdata.MarketDataAgent});
 * {@link bourse.marketdata.MarketDataServer} puts it together from a {@link bourse.marketdata.MarketDataConfig}.
 *
 * <p>A message's path: {@code publisher} (event to message to packet), {@code recovery} (what was missed), {@code grpc} and {@code web}
 * (those without multicast), {@code receiver} (the other end).
 */
package bourse.marketdata;
