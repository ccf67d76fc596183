/**
 * What a trader's program in Java needs, on the standard generated stubs: channels and credentials
 * ({@link bourse.services.client.VenueChannels}), where a venue listens ({@link bourse.services.client.VenueEndpoints}) and a session that
 * survives lost connections without losing or doubling a command ({@link bourse.services.client.SessionClient}).
 */
package bourse.services.client;
