/** A venue's stored data in an operator's hands: verified, saved, taken back, exported; with the venue running or not. Cold. */
package bourse.services.data;
