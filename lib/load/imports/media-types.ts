export const isJson = (type: string): boolean => /^application\/([\w.-]+\+)?json\b/i.test(type);
export const isForm = (type: string): boolean => /^application\/x-www-form-urlencoded\b/i.test(type);
export const isText = (type: string): boolean => /^text\//i.test(type);
