/** The key that an engine asks for, from the environment: a flag would show it to everybody who lists processes. */
export function engineKey(): { apiKey?: string } {
  const apiKey = process.env.PROOFMILL_ENGINE_API_KEY;
  return apiKey === undefined ? {} : { apiKey };
}
