/** Tokens, rights and the interceptor that denies by default. Cold: a token's signature is checked once. Any thread. */
package bourse.gateway.auth;
