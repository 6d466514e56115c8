/** Words that everybody would sort alike: no word belongs to two of these groups. */
export const groups = {
  animals: {
    one: 'an animal',
    words: [
      'dog',
      'horse',
      'cow',
      'sheep',
      'tiger',
      'rabbit',
      'elephant',
      'wolf',
      'goat',
      'lion',
      'monkey',
      'donkey',
      'giraffe',
      'zebra',
    ],
  },
  fruits: {
    one: 'a fruit',
    words: [
      'apple',
      'banana',
      'peach',
      'grape',
      'lemon',
      'cherry',
      'mango',
      'melon',
      'plum',
      'strawberry',
      'pineapple',
      'pear',
    ],
  },
  tools: {
    one: 'a tool',
    words: ['hammer', 'screwdriver', 'saw', 'wrench', 'drill', 'shovel', 'axe', 'chisel', 'pliers', 'rake', 'ladder'],
  },
  colours: {
    one: 'a colour',
    words: ['red', 'blue', 'green', 'yellow', 'purple', 'brown', 'pink', 'black', 'white', 'grey'],
  },
  instruments: {
    one: 'a musical instrument',
    words: ['piano', 'violin', 'guitar', 'flute', 'trumpet', 'cello', 'harp', 'clarinet', 'drum', 'banjo'],
  },
  clothes: {
    one: 'a piece of clothing',
    words: ['shirt', 'jacket', 'trousers', 'sock', 'skirt', 'coat', 'glove', 'scarf', 'sweater', 'dress'],
  },
  vehicles: {
    one: 'a vehicle',
    words: ['car', 'bus', 'truck', 'bicycle', 'train', 'tram', 'motorcycle', 'van', 'taxi', 'tractor'],
  },
  furniture: {
    one: 'a piece of furniture',
    words: ['table', 'chair', 'sofa', 'bed', 'desk', 'shelf', 'wardrobe', 'bench', 'cupboard', 'stool'],
  },
  jobs: {
    one: 'a job',
    words: ['teacher', 'doctor', 'farmer', 'baker', 'pilot', 'lawyer', 'nurse', 'carpenter', 'plumber', 'butcher'],
  },
  vegetables: {
    one: 'a vegetable',
    words: ['carrot', 'onion', 'potato', 'cabbage', 'spinach', 'broccoli', 'lettuce', 'leek', 'garlic', 'turnip'],
  },
  sports: {
    one: 'a sport',
    words: [
      'football',
      'tennis',
      'basketball',
      'hockey',
      'swimming',
      'boxing',
      'cricket',
      'rugby',
      'golf',
      'volleyball',
    ],
  },
} as const;

export const groupNames = Object.keys(groups) as (keyof typeof groups)[];
