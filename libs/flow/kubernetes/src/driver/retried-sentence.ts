/**
 * The sentence of an error that ends this driver, while its Job starts the next one. An error outside Kubernetes asks the user to
 * run the command again; here nobody has to.
 */
export const retriedSentence = (message: string): string =>
  `${message.replace(/[.]? Run it again when [^.]*[.]?$/, '')}; it will be run again`;
