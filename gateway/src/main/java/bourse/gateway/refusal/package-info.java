/** What a call or a stream ends with when it does not end well. */
package bourse.gateway.refusal;
