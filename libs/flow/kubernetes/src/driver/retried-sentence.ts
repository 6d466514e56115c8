/**
 * The sentence of an error that ends this driver, while its Job starts the next one. Outside Kubernetes an error also says when to
 * run the command again (`lastSentence`); here nobody has to.
 */
export const retriedSentence = (message: string): string => `${message}; it will be run again`;
